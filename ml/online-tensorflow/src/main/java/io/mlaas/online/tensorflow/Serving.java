package io.mlaas.online.tensorflow;

import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A second copy of the model in TensorFlow, which answers for all snapshots of one learner: it takes over the variables of
 * the snapshot that is asked, if the last one was another. Closed when the last that uses it is.
 */
final class Serving {
    private final TrainableModel model;
    private final Rows rows;
    private @Nullable List<Values> current;
    private int users;

    Serving(TrainableModel model, Rows rows) {
        this.model = model;
        this.rows = rows;
    }

    /** @param values of the variables; each list is used for one state only */
    synchronized Snapshot snapshot(List<Values> values, long learned) {
        users++;
        return new Snapshot(values, learned);
    }

    private synchronized void predict(List<Values> values, int count, double[] inputs, double[] predictions) {
        if (current != values) {
            model.set(values);
            current = values;
        }
        rows.predict(model, count, inputs, predictions);
    }

    private synchronized void leave() {
        if (--users == 0) {
            model.close();
        }
    }

    /** The network as it was when it was asked for. */
    final class Snapshot implements Predictor {
        private final List<Values> values;
        private final long learned;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Snapshot(List<Values> values, long learned) {
            this.values = values;
            this.learned = learned;
        }

        @Override
        public Schema schema() {
            return rows.schema();
        }

        @Override
        public long learned() {
            return learned;
        }

        @Override
        public void predict(int count, double[] inputs, double[] predictions) {
            if (closed.get()) {
                throw new IllegalStateException("the snapshot is closed");
            }
            Serving.this.predict(values, count, inputs, predictions);
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                leave();
            }
        }
    }
}
