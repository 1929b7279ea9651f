package io.mlaas.learning.learner;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Learners for those who only ask them, remembered for as long as an answer may be old: what this instance changes is seen
 * at once, what another one changes after that time at the latest. To read the row and its document would take longer than
 * most predictions.
 */
@Component
class KnownLearners {
    private static final int MOST = 2_000;

    private final LearnerRepository repository;
    private final Duration age;
    private final Map<Name, Known> known = new ConcurrentHashMap<>();

    KnownLearners(LearnerRepository repository, LearningProperties properties) {
        this.repository = repository;
        this.age = properties.replicaAge();
    }

    private record Name(UUID organizationId, String name) {}

    /** @param changes of the repository, before it was asked */
    private record Known(StoredLearner learner, long changes, long lookedAt) {}

    Optional<StoredLearner> find(UUID organizationId, String name) {
        Name key = new Name(organizationId, name);
        long changes = repository.changes();
        long now = System.nanoTime();
        @Nullable Known seen = known.get(key);
        if (seen != null && seen.changes() == changes && now - seen.lookedAt() < age.toNanos()) {
            return Optional.of(seen.learner());
        }
        Optional<StoredLearner> found = repository.find(organizationId, name);
        if (found.isEmpty()) {
            known.remove(key);
            return found;
        }
        if (known.size() >= MOST) {
            known.clear();
        }
        known.put(key, new Known(found.get(), changes, now));
        return found;
    }
}
