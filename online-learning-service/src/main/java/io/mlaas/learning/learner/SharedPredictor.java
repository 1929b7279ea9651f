package io.mlaas.learning.learner;

import io.mlaas.learning.event.PredictionEvent;
import io.mlaas.online.BatchRefused;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;
import java.util.Optional;
import java.util.function.Function;

/**
 * What any number of threads ask at once. When it is closed, whoever asks is answered to the end; the last one gives its
 * native memory back.
 */
final class SharedPredictor implements AutoCloseable {
    private final Predictor predictor;
    private final PredictionEvent.State state;
    private int asking;
    private boolean closed;
    private boolean broken;

    /** @param state of the learner that answers */
    SharedPredictor(Predictor predictor, PredictionEvent.State state) {
        this.predictor = predictor;
        this.state = state;
    }

    PredictionEvent.State state() {
        return state;
    }

    Schema schema() {
        return predictor.schema();
    }

    long learned() {
        return predictor.learned();
    }

    /** For what needs no native memory, such as a model's margins or archive: that can be asked later, too. */
    Predictor whole() {
        return predictor;
    }

    /** @return empty if it was closed: another one has taken its place */
    <T> Optional<T> ask(Function<Predictor, T> question) {
        if (!begin()) {
            return Optional.empty();
        }
        try {
            return Optional.of(question.apply(predictor));
        } catch (BatchRefused refused) {
            throw refused;
        } catch (IllegalStateException lost) {
            markBroken();
            throw lost;
        } finally {
            end();
        }
    }

    private synchronized boolean begin() {
        if (closed) {
            return false;
        }
        asking++;
        return true;
    }

    private void end() {
        boolean last;
        synchronized (this) {
            asking--;
            last = closed && asking == 0;
        }
        if (last) {
            predictor.close();
        }
    }

    private synchronized void markBroken() {
        broken = true;
    }

    /** Not if it is closed, or if what answered, such as a process beside this one, is lost. */
    synchronized boolean isUsable() {
        return !closed && !broken;
    }

    @Override
    public void close() {
        boolean unused;
        synchronized (this) {
            unused = !closed && asking == 0;
            closed = true;
        }
        if (unused) {
            predictor.close();
        }
    }
}
