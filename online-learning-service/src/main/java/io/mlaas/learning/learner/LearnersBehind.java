package io.mlaas.learning.learner;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The learners for which the others of their partition do not wait, and what of that is in no checkpoint yet. */
final class LearnersBehind {
    private final Map<UUID, Behind> behind = new ConcurrentHashMap<>();
    /** By learner the partition. */
    private final Map<UUID, Integer> changed = new HashMap<>();

    Map<UUID, Behind> all() {
        return behind;
    }

    boolean has(UUID learner) {
        return behind.containsKey(learner);
    }

    Optional<Behind> of(UUID learner) {
        return Optional.ofNullable(behind.get(learner));
    }

    boolean isCatchingUp(UUID learner) {
        @Nullable Behind found = behind.get(learner);
        return found != null && found.catchingUp();
    }

    void put(Behind learner) {
        behind.put(learner.learner(), learner);
        changed.put(learner.learner(), learner.partition());
    }

    void remove(UUID learner) {
        @Nullable Behind gone = behind.remove(learner);
        if (gone != null) {
            changed.put(learner, gone.partition());
        }
    }

    /** What a former owner of a partition has written down: it may be that the learners can go on here. */
    void takeOver(List<Behind> written, Instant now) {
        written.forEach(learner -> behind.put(
                learner.learner(),
                new Behind(
                        learner.learner(),
                        learner.partition(),
                        learner.next(),
                        learner.reason(),
                        learner.since(),
                        learner.attempts(),
                        now,
                        false)));
    }

    void release(Set<Integer> partitions) {
        behind.values().removeIf(learner -> partitions.contains(learner.partition()));
        changed.values().removeAll(partitions);
    }

    /** Those that may be able to go on now. */
    List<Behind> due(Instant now) {
        return behind.values().stream()
                .filter(learner -> !learner.catchingUp() && !now.isBefore(learner.nextAttemptAt()))
                .toList();
    }

    /**
     * What is to be written down.
     *
     * @param caughtUp those that are no longer behind, with their partitions
     */
    record Unwritten(List<Behind> behind, Map<UUID, Integer> caughtUp) {
        boolean isEmpty() {
            return behind.isEmpty() && caughtUp.isEmpty();
        }
    }

    Unwritten unwritten() {
        List<Behind> now = new ArrayList<>();
        Map<UUID, Integer> caughtUp = new HashMap<>();
        changed.forEach(
                (learner, partition) -> of(learner).ifPresentOrElse(now::add, () -> caughtUp.put(learner, partition)));
        return new Unwritten(now, caughtUp);
    }

    void written() {
        changed.clear();
    }
}
