package io.mlaas.learning.learner;

import io.mlaas.learning.learner.CheckpointRepository.Checkpoint;
import io.mlaas.learning.learner.CheckpointRepository.Standing;
import io.mlaas.online.Predictor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What answers for learners: the ones that are at work here, and copies of the checkpoints of those that are not, so that
 * every instance answers for every learner.
 */
@Component
class Predictors {
    private static final Logger log = LoggerFactory.getLogger(Predictors.class);

    private final Learning learning;
    private final Backends backends;
    private final CheckpointRepository checkpoints;
    private final Duration age;
    private final Map<UUID, Copy> copies;

    Predictors(Learning learning, Backends backends, CheckpointRepository checkpoints, LearningProperties properties) {
        this.learning = learning;
        this.backends = backends;
        this.checkpoints = checkpoints;
        this.age = properties.replicaAge();
        this.copies = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<UUID, Copy> eldest) {
                if (size() <= properties.active()) {
                    return false;
                }
                eldest.getValue().serving().predictor().close();
                return true;
            }
        };
    }

    /** @param offset of the last entry that the predictor has learned, -1 for none */
    private record Copy(Serving serving, long offset, long lookedAt) {

        boolean isYoungerThan(Duration age, long now) {
            return now - lookedAt < age.toNanos() && serving.predictor().isUsable();
        }
    }

    /** Asks what answers for a learner now; the whole of an answer is given by one state of it. */
    <T> T ask(StoredLearner learner, BiFunction<Serving, Predictor, T> question) {
        try {
            return askOnce(learner, question);
        } catch (IllegalStateException lost) {
            log.warn("what answers for learner {} was lost and is made again", learner.id(), lost);
            return askOnce(learner, question);
        }
    }

    private <T> T askOnce(StoredLearner learner, BiFunction<Serving, Predictor, T> question) {
        while (true) {
            // Empty if it was replaced since: then its successor is there.
            Serving serving = of(learner);
            Optional<T> answer = serving.predictor().ask(predictor -> question.apply(serving, predictor));
            if (answer.isPresent()) {
                return answer.get();
            }
        }
    }

    Serving of(StoredLearner learner) {
        return learning.serving(learner.id())
                .filter(serving -> serving.predictor().isUsable())
                .orElseGet(() -> copy(learner).serving());
    }

    private Copy copy(StoredLearner learner) {
        @Nullable Copy known;
        synchronized (copies) {
            known = copies.get(learner.id());
        }
        long now = System.nanoTime();
        if (known != null && known.isYoungerThan(age, now)) {
            return known;
        }
        Copy current = newest(learner, known, now);
        @Nullable Copy before;
        synchronized (copies) {
            before = copies.put(learner.id(), current);
        }
        if (before != null && before.serving().predictor() != current.serving().predictor()) {
            before.serving().predictor().close();
        }
        return current;
    }

    private Copy newest(StoredLearner learner, @Nullable Copy known, long now) {
        long offset = checkpoints.standing(learner.id()).map(Standing::offset).orElse(-1L);
        if (known != null
                && known.offset() == offset
                && known.serving().predictor().isUsable()) {
            return new Copy(known.serving(), offset, now);
        }
        Optional<Checkpoint> checkpoint = checkpoints.find(learner.id());
        CompanyAlgorithms algorithms = backends.of(learner.organizationId());
        try (ActiveLearner at = BrokenLearner.orBroken(() -> checkpoint
                .map(found -> Learning.resume(found, algorithms))
                .orElseGet(() -> new ActiveLearner(learner.document(), algorithms)))) {
            return new Copy(at.snapshot(), checkpoint.map(Checkpoint::offset).orElse(-1L), now);
        } catch (BrokenLearner broken) {
            throw LearnerProblem.LEARNER_FAILED.because(learner.name() + ": " + broken.getMessage(), broken);
        }
    }

    void forget(UUID learner) {
        @Nullable Copy gone;
        synchronized (copies) {
            gone = copies.remove(learner);
        }
        if (gone != null) {
            gone.serving().predictor().close();
        }
    }
}
