package io.mlaas.learning.learner;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.learning.learner.CheckpointRepository.Checkpoint;
import io.mlaas.learning.learner.CheckpointRepository.Work;
import io.mlaas.learning.log.LearningLog;
import io.mlaas.learning.log.LearningLog.Position;
import io.mlaas.learning.log.LogAwayException;
import io.mlaas.learning.log.LogEntry;
import io.mlaas.learning.log.LogReading;
import io.mlaas.learning.log.ReadAgainException;
import io.mlaas.learning.stream.Outgoing;
import io.mlaas.online.BatchRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The learners whose part of the log this instance reads. One thread learns; a learner is in memory from its first entry
 * until it has been idle for longer than the others.
 */
@Component
class Learning implements LogReading {
    private static final Logger log = LoggerFactory.getLogger(Learning.class);

    private final Map<UUID, Owned> owned = new ConcurrentHashMap<>();
    private final Set<Position> failedOnce = new HashSet<>();
    private final Set<Position> unlearnable = new HashSet<>();
    private final LearnerRepository learners;
    private final Backends backends;
    private final CheckpointRepository checkpoints;
    private final Outcomes outcomes;
    private final Outgoing outgoing;
    private final LearningLog entries;
    private final LearningProperties properties;
    private final MeterRegistry meters;
    private long clock;

    Learning(
            LearnerRepository learners,
            Backends backends,
            CheckpointRepository checkpoints,
            Outcomes outcomes,
            Outgoing outgoing,
            LearningLog entries,
            LearningProperties properties,
            MeterRegistry meters) {
        this.learners = learners;
        this.backends = backends;
        this.checkpoints = checkpoints;
        this.outcomes = outcomes;
        this.outgoing = outgoing;
        this.entries = entries;
        this.properties = properties;
        this.meters = meters;
        meters.gaugeMapSize("mlaas.learning.active", List.of(), owned);
    }

    /** A learner in memory; what came after {@code written} is in no checkpoint yet. */
    private static final class Owned {
        final int partition;
        final ActiveLearner active;
        final Consequences consequences;
        long offset;
        long written;
        long used;
        /** whether it has been told to learn what waits, and has not read that yet */
        volatile boolean flushing;

        Owned(int partition, ActiveLearner active, Consequences consequences, long offset) {
            this.partition = partition;
            this.active = active;
            this.consequences = consequences;
            this.offset = offset;
            this.written = offset;
        }

        boolean isWritten() {
            return written == offset;
        }
    }

    /** What a learner that is at work here answers with. */
    Optional<Serving> serving(UUID learner) {
        return Optional.ofNullable(owned.get(learner)).flatMap(found -> found.active.serving());
    }

    @Override
    public long resumeAt(int partition) {
        return checkpoints.next(partition);
    }

    @Override
    public void read(Position position, LogEntry entry) {
        Owned learner = owned.get(entry.learner());
        if (learner == null) {
            Optional<Owned> loaded = load(entry.learner(), position.partition());
            if (loaded.isEmpty()) {
                leaveNothing(entry);
                return;
            }
            learner = loaded.get();
            owned.put(entry.learner(), learner);
        }
        learner.used = ++clock;
        if (position.offset() > learner.offset && !unlearnable.contains(position)) {
            apply(learner, position, entry);
        }
        outcomes.learned(entry.id(), learner.active.progress());
    }

    /** There is no such learner any more, and none of it was in memory. */
    private void leaveNothing(LogEntry entry) {
        if (entry instanceof LogEntry.Deleted) {
            checkpoints.delete(entry.learner());
        }
        outcomes.learned(entry.id(), Progress.NONE);
    }

    private Optional<Owned> load(UUID id, int partition) {
        Optional<StoredLearner> stored = learners.find(id);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        StoredLearner known = stored.get();
        CompanyAlgorithms algorithms = backends.of(known.organizationId());
        Consequences consequences = new Consequences(known.organizationId(), known.name());
        Optional<Checkpoint> checkpoint = checkpoints.find(id);
        return Optional.of(checkpoint
                .map(found -> new Owned(partition, resume(found, algorithms), consequences, found.offset()))
                .orElseGet(
                        () -> new Owned(partition, new ActiveLearner(known.document(), algorithms), consequences, -1)));
    }

    static ActiveLearner resume(Checkpoint checkpoint, CompanyAlgorithms algorithms) {
        try {
            return ActiveLearner.resume(checkpoint.state(), algorithms);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "learner " + checkpoint.learner() + " has a checkpoint that cannot be read", e);
        }
    }

    private void apply(Owned learner, Position position, LogEntry entry) {
        switch (entry) {
            case LogEntry.Rows _, LogEntry.Message _, LogEntry.Flush _, LogEntry.Rollback _ ->
                learn(learner, position, entry);
            case LogEntry.Changed changed -> change(position.offset(), learner, changed);
            case LogEntry.Deleted _ -> {
                checkpoints.delete(entry.learner());
                forget(entry.learner());
            }
        }
        learner.offset = position.offset();
    }

    private void learn(Owned learner, Position position, LogEntry entry) {
        try {
            if (entry instanceof LogEntry.Rows rows) {
                learner.active.learn(position.offset(), rows.batch());
            } else if (entry instanceof LogEntry.Message message) {
                learner.active.receive(position.offset(), message);
                learner.consequences.send(
                        position, learner.active.takeEffects(), learner.active.publications(), outgoing);
            } else if (entry instanceof LogEntry.Flush) {
                learner.flushing = false;
                learner.active.flush(position.offset());
            } else {
                learner.active.rollBack(position.offset(), "asked for");
            }
        } catch (BatchRefused refused) {
            log.warn("learner {} cannot learn entry {}: {}", entry.learner(), position, refused.getMessage());
            meters.counter("mlaas.learning.refused").increment();
        } catch (RuntimeException failed) {
            throw startAgain(learner, position, entry, failed);
        }
    }

    private void change(long offset, Owned learner, LogEntry.Changed entry) {
        Change change = Change.parse(entry.text());
        learner.active.follow(change.document());
        learners.change(entry.learner(), offset, change.document(), change.state());
    }

    private void forget(UUID id) {
        Owned gone = owned.remove(id);
        if (gone != null) {
            gone.active.close();
        }
    }

    /**
     * What it has made of a part of the entry is thrown away, and it goes on from its checkpoint: the first time with that
     * entry, as what failed may have been a process beside this one, the second time without it.
     */
    private ReadAgainException startAgain(Owned learner, Position position, LogEntry entry, RuntimeException failure) {
        if (failedOnce.add(position)) {
            log.warn("learner {} fails on entry {}, which it will try again", entry.learner(), position, failure);
        } else {
            log.error("learner {} fails on entry {}, which it will leave out", entry.learner(), position, failure);
            meters.counter("mlaas.learning.failed").increment();
            unlearnable.add(position);
            if (entry instanceof LogEntry.Message message) {
                outgoing.send(learner.consequences.letter(
                        position, 0, message, message.source(), "the learner failed on it, and has left it out"));
            }
        }
        forget(entry.learner());
        return new ReadAgainException(position.partition(), learner.written + 1, failure);
    }

    @Override
    public void checkpoint(Map<Integer, Long> next) {
        List<Map.Entry<UUID, Owned>> changed = owned.entrySet().stream()
                .filter(learner -> !learner.getValue().isWritten())
                .toList();
        List<Work> work = new ArrayList<>();
        for (Map.Entry<UUID, Owned> each : changed) {
            Owned learner = each.getValue();
            work.add(new Work(
                    new Checkpoint(
                            each.getKey(),
                            learner.partition,
                            learner.offset,
                            learner.active.state(),
                            learner.active.progress()),
                    learner.active.document(),
                    learner.active.decided(),
                    learner.consequences.kept()));
        }
        outgoing.flush();
        if (!work.isEmpty()) {
            checkpoints.write(work, new HashMap<>(next));
            changed.forEach(learner -> {
                learner.getValue().written = learner.getValue().offset;
                learner.getValue().active.forgetDecided();
                learner.getValue().consequences.forgetKept();
            });
        }
        flushWaiting();
        evict();
    }

    /** That rows have waited long enough is an entry too: what a learner becomes depends on its entries alone. */
    private void flushWaiting() {
        Instant now = Instant.now();
        owned.forEach((id, learner) -> {
            if (!learner.flushing && learner.active.waitsTooLong(now)) {
                try {
                    learner.flushing = true;
                    var unused = entries.appendLater(new LogEntry.Flush(id, UUID.randomUUID()))
                            .whenComplete((_, failure) -> {
                                if (failure != null) {
                                    learner.flushing = false;
                                }
                            });
                } catch (LogAwayException e) {
                    learner.flushing = false;
                    log.debug("learner {} is told to learn what waits at the next checkpoint", id, e);
                }
            }
        });
    }

    private void evict() {
        int tooMany = owned.size() - properties.active();
        if (tooMany > 0) {
            owned.entrySet().stream()
                    .filter(learner -> !learner.getValue().active.waits())
                    .sorted(Comparator.comparingLong(learner -> learner.getValue().used))
                    .limit(tooMany)
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(this::forget);
        }
    }

    @Override
    public void released(Set<Integer> partitions) {
        owned.entrySet().stream()
                .filter(learner -> partitions.contains(learner.getValue().partition))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::forget);
    }
}
