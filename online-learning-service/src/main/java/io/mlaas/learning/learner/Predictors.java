package io.mlaas.learning.learner;

import io.mlaas.learning.learner.CheckpointRepository.Checkpoint;
import io.mlaas.learning.learner.CheckpointRepository.Standing;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What answers for learners: the ones that are at work here, and copies of the checkpoints of those that are not, so that
 * every instance answers for every learner.
 */
@Component
class Predictors {
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
                return size() > properties.active();
            }
        };
    }

    /** @param offset of the last entry that the predictor has learned, -1 for none */
    private record Copy(ActiveLearner.Serving serving, long offset, long lookedAt) {}

    ActiveLearner.Serving of(StoredLearner learner) {
        return learning.serving(learner.id()).orElseGet(() -> copy(learner));
    }

    private ActiveLearner.Serving copy(StoredLearner learner) {
        @Nullable Copy known;
        synchronized (copies) {
            known = copies.get(learner.id());
        }
        long now = System.nanoTime();
        if (known != null && now - known.lookedAt() < age.toNanos()) {
            return known.serving();
        }
        Copy current = newest(learner, known, now);
        synchronized (copies) {
            copies.put(learner.id(), current);
        }
        return current.serving();
    }

    private Copy newest(StoredLearner learner, @Nullable Copy known, long now) {
        long offset = checkpoints.standing(learner.id()).map(Standing::offset).orElse(-1L);
        if (known != null && known.offset() == offset) {
            return new Copy(known.serving(), offset, now);
        }
        Optional<Checkpoint> checkpoint = checkpoints.find(learner.id());
        CompanyAlgorithms algorithms = backends.of(learner.organizationId());
        try (ActiveLearner at = checkpoint
                .map(found -> Learning.resume(found, algorithms))
                .orElseGet(() -> new ActiveLearner(learner.document(), algorithms))) {
            return new Copy(at.serving(), checkpoint.map(Checkpoint::offset).orElse(-1L), now);
        }
    }
}
