package io.mlaas.learning.learner;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.learning.learner.CheckpointRepository.Checkpoint;
import io.mlaas.learning.learner.CheckpointRepository.Work;
import io.mlaas.learning.log.LearningLog;
import io.mlaas.learning.log.LearningLog.Position;
import io.mlaas.learning.log.LogAwayException;
import io.mlaas.learning.log.LogEntry;
import io.mlaas.learning.log.LogReading;
import io.mlaas.learning.stream.Outgoing;
import io.mlaas.online.BatchRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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

    private final Map<UUID, OwnedLearner> owned = new ConcurrentHashMap<>();
    private final Set<Position> failedOnce = new HashSet<>();
    private final Set<Position> unlearnable = new HashSet<>();
    private final LearnerRepository learners;
    private final Backends backends;
    private final CheckpointRepository checkpoints;
    private final BehindRepository behindRows;
    private final LearnersBehind behind = new LearnersBehind();
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
            BehindRepository behindRows,
            Outcomes outcomes,
            Outgoing outgoing,
            LearningLog entries,
            LearningProperties properties,
            MeterRegistry meters) {
        this.learners = learners;
        this.backends = backends;
        this.checkpoints = checkpoints;
        this.behindRows = behindRows;
        this.outcomes = outcomes;
        this.outgoing = outgoing;
        this.entries = entries;
        this.properties = properties;
        this.meters = meters;
        meters.gaugeMapSize("mlaas.learning.active", List.of(), owned);
        meters.gaugeMapSize("mlaas.learning.behind", List.of(), behind.all());
    }

    /** What a learner that is at work here answers with. */
    Optional<Serving> serving(UUID learner) {
        return Optional.ofNullable(owned.get(learner)).flatMap(found -> found.active.serving());
    }

    @Override
    public long resumeAt(int partition) {
        behind.takeOver(behindRows.of(partition), Instant.now());
        return checkpoints.next(partition);
    }

    @Override
    public void read(Position position, LogEntry entry) {
        if (behind.has(entry.learner())) {
            passOver(position, entry);
            return;
        }
        try {
            readNow(position, entry);
        } catch (BrokenLearner broken) {
            stop(entry.learner(), position, broken);
        }
    }

    private void readNow(Position position, LogEntry entry) {
        OwnedLearner learner = owned.get(entry.learner());
        if (learner == null) {
            Optional<OwnedLearner> loaded = load(entry.learner(), position.partition());
            if (loaded.isEmpty()) {
                leaveNothing(entry);
                return;
            }
            learner = loaded.get();
            owned.put(entry.learner(), learner);
        }
        learner.used = ++clock;
        if (position.offset() > learner.offset) {
            learner.begins(position.offset());
            if (!unlearnable.contains(position)) {
                apply(learner, position, entry);
            }
            learner.offset = position.offset();
        }
        outcomes.learned(entry.id(), learner.active.progress());
    }

    /** The learner will read it when it can go on; what says what it is to be goes for all. */
    private void passOver(Position position, LogEntry entry) {
        if (entry instanceof LogEntry.Deleted) {
            checkpoints.delete(entry.learner());
            forget(entry.learner());
            behind.remove(entry.learner());
            outcomes.learned(entry.id(), Progress.NONE);
        } else if (entry instanceof LogEntry.Changed changed) {
            Change change = Change.parse(changed.text());
            learners.change(entry.learner(), position.offset(), change.document(), change.state());
            behind.of(entry.learner()).ifPresent(learner -> behind.put(learner.triedAt(Instant.now())));
            outcomes.learned(entry.id(), Progress.NONE);
        }
    }

    /** What it has made of entries since its checkpoint is thrown away: it goes on from there, and others do not wait for it. */
    private void stop(UUID id, Position position, BrokenLearner failure) {
        OwnedLearner learner = owned.get(id);
        long from = learner == null ? position.offset() : learner.readAgainFrom(position.offset());
        forget(id);
        String reason = String.valueOf(failure.getMessage());
        Instant now = Instant.now();
        Behind stopped = behind.of(id)
                .map(known -> known.failedAgain(Math.max(from, known.next()), reason, now))
                .orElseGet(() -> Behind.now(id, position.partition(), from, reason, now));
        behind.put(stopped);
        log.warn(
                "learner {} cannot go on at {}: {}; it is tried again at {}",
                id,
                position,
                reason,
                stopped.nextAttemptAt());
        if (stopped.attempts() == 0) {
            log.warn("learner {} failed", id, failure);
        }
    }

    @Override
    public Map<UUID, Position> behind() {
        behind.due(Instant.now()).forEach(this::tryAgain);
        Map<UUID, Position> from = new HashMap<>();
        behind.all().forEach((id, learner) -> {
            OwnedLearner atWork = owned.get(id);
            if (learner.catchingUp() && atWork != null) {
                from.put(id, new Position(learner.partition(), Math.max(learner.next(), atWork.offset + 1)));
            }
        });
        return from;
    }

    private void tryAgain(Behind stopped) {
        try {
            load(stopped.learner(), stopped.partition())
                    .ifPresentOrElse(
                            learner -> {
                                owned.put(stopped.learner(), learner);
                                behind.put(stopped.atWork());
                            },
                            () -> behind.remove(stopped.learner()));
        } catch (BrokenLearner broken) {
            stop(stopped.learner(), new Position(stopped.partition(), stopped.next()), broken);
        }
    }

    @Override
    public boolean readBehind(Position position, LogEntry entry) {
        if (!behind.isCatchingUp(entry.learner())) {
            return false;
        }
        try {
            readNow(position, entry);
            return true;
        } catch (BrokenLearner broken) {
            stop(entry.learner(), position, broken);
            return false;
        }
    }

    @Override
    public void caughtUp(UUID learner) {
        if (behind.isCatchingUp(learner)) {
            behind.remove(learner);
            log.info("learner {} has learned what it missed", learner);
        }
    }

    /** There is no such learner any more, and none of it was in memory. */
    private void leaveNothing(LogEntry entry) {
        if (entry instanceof LogEntry.Deleted) {
            checkpoints.delete(entry.learner());
        }
        outcomes.learned(entry.id(), Progress.NONE);
    }

    /** @throws BrokenLearner if it is there and cannot be had at work */
    private Optional<OwnedLearner> load(UUID id, int partition) {
        return BrokenLearner.orBroken(() -> loadNow(id, partition));
    }

    private Optional<OwnedLearner> loadNow(UUID id, int partition) {
        Optional<StoredLearner> stored = learners.find(id);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        StoredLearner known = stored.get();
        CompanyAlgorithms algorithms = backends.of(known.organizationId());
        Consequences consequences = new Consequences(known.organizationId(), known.name());
        Optional<Checkpoint> checkpoint = checkpoints.find(id);
        return Optional.of(checkpoint
                .map(found -> new OwnedLearner(partition, resume(found, algorithms), consequences, found.offset()))
                .orElseGet(() -> new OwnedLearner(
                        partition, new ActiveLearner(learners.begunAs(known), algorithms), consequences, -1)));
    }

    static ActiveLearner resume(Checkpoint checkpoint, CompanyAlgorithms algorithms) {
        try {
            return ActiveLearner.resume(checkpoint.state(), algorithms);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "learner " + checkpoint.learner() + " has a checkpoint that cannot be read", e);
        }
    }

    private void apply(OwnedLearner learner, Position position, LogEntry entry) {
        switch (entry) {
            case LogEntry.Rows _, LogEntry.Message _, LogEntry.Flush _, LogEntry.Rollback _ ->
                learn(learner, position, entry);
            case LogEntry.Changed changed -> change(position.offset(), learner, changed);
            case LogEntry.Deleted _ -> {
                checkpoints.delete(entry.learner());
                forget(entry.learner());
            }
        }
    }

    private void learn(OwnedLearner learner, Position position, LogEntry entry) {
        try {
            if (entry instanceof LogEntry.Rows rows) {
                learner.active.learn(position.offset(), rows);
            } else if (entry instanceof LogEntry.Message message) {
                learner.active.receive(position.offset(), message);
                learner.consequences.send(
                        position,
                        learner.active.takeEffects(),
                        learner.active.document().streams().publish(),
                        outgoing);
                learner.consequences.tell(
                        position,
                        learner.active.takePredictions(),
                        learner.active.document().schema(),
                        outgoing);
            } else if (entry instanceof LogEntry.Flush) {
                learner.flushing = false;
                learner.active.flush(position.offset());
            } else {
                learner.active.rollBack(position.offset(), "asked for");
            }
        } catch (BatchRefused refused) {
            log.warn("learner {} cannot learn entry {}: {}", entry.learner(), position, refused.getMessage());
            meters.counter("mlaas.learning.refused").increment();
        } catch (RuntimeException | LinkageError | StackOverflowError failed) {
            throw startAgain(learner, position, entry, failed);
        }
    }

    private void change(long offset, OwnedLearner learner, LogEntry.Changed entry) {
        Change change = Change.parse(entry.text());
        BrokenLearner.orBroken(() -> {
            learner.active.follow(change.document());
            return true;
        });
        learners.change(entry.learner(), offset, change.document(), change.state());
    }

    private void forget(UUID id) {
        OwnedLearner gone = owned.remove(id);
        if (gone != null) {
            gone.active.close();
        }
    }

    /**
     * What it has made of a part of the entry is thrown away, and it goes on from its checkpoint: the first time with that
     * entry, as what failed may have been a process beside this one, the second time without it.
     */
    private BrokenLearner startAgain(OwnedLearner learner, Position position, LogEntry entry, Throwable failure) {
        if (!BrokenLearner.isOfThePlatform(failure) && !failedOnce.add(position)) {
            log.error("learner {} fails on entry {}, which it will leave out", entry.learner(), position, failure);
            meters.counter("mlaas.learning.failed").increment();
            unlearnable.add(position);
            if (entry instanceof LogEntry.Message message) {
                outgoing.send(learner.consequences.letter(
                        position, 0, message, message.source(), "the learner failed on it, and has left it out"));
            }
        }
        return new BrokenLearner(failure);
    }

    @Override
    public void checkpoint(Map<Integer, Long> next) {
        Map<OwnedLearner, Work> work = new LinkedHashMap<>();
        for (Map.Entry<UUID, OwnedLearner> each : List.copyOf(owned.entrySet())) {
            if (!each.getValue().isWritten()) {
                work(each.getKey(), each.getValue()).ifPresent(done -> work.put(each.getValue(), done));
            }
        }
        outgoing.flush();
        LearnersBehind.Unwritten unwritten = behind.unwritten();
        if (!work.isEmpty() || !unwritten.isEmpty()) {
            checkpoints.write(work.values(), unwritten, new HashMap<>(next));
            behind.written();
            work.keySet().forEach(OwnedLearner::wasWritten);
        }
        flushWaiting();
        evict();
    }

    /** Empty if it cannot be written down: then it goes on from its last checkpoint. */
    private Optional<Work> work(UUID id, OwnedLearner learner) {
        try {
            byte[] state = BrokenLearner.orBroken(learner.active::state);
            return Optional.of(new Work(
                    new Checkpoint(id, learner.partition, learner.offset, state, learner.active.progress()),
                    learner.active.document(),
                    learner.active.decided(),
                    learner.consequences.kept()));
        } catch (BrokenLearner broken) {
            stop(id, new Position(learner.partition, learner.offset), broken);
            return Optional.empty();
        }
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
                    .filter(learner -> !learner.getValue().active.waits() && !behind.has(learner.getKey()))
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
        behind.release(partitions);
    }
}
