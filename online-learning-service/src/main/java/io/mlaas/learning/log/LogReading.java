package io.mlaas.learning.log;

import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What reads the log; called by one thread. Where a method throws, the same entry is read again. */
public interface LogReading {

    /** @return where to read on, or 0 for a partition that nobody has read */
    long resumeAt(int partition);

    void read(LearningLog.Position position, LogEntry entry);

    /**
     * Learners that are behind the rest of their partition, and where they go on: what they missed is read for them alone.
     * Asked between the others' entries.
     */
    Map<UUID, LearningLog.Position> behind();

    /**
     * Reads what a learner missed.
     *
     * @return whether that learner is to have what comes next; if not, {@link #behind()} says where it goes on
     */
    boolean readBehind(LearningLog.Position position, LogEntry entry);

    /** It has had all that its partition had: {@link #read} goes on with it. */
    void caughtUp(UUID learner);

    /**
     * Writes down what was learned.
     *
     * @param next the first offset of a partition that was not read yet
     */
    void checkpoint(Map<Integer, Long> next);

    /** Others read these now: what was not written down is theirs to learn again. */
    void released(Set<Integer> partitions);
}
