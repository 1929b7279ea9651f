package io.mlaas.learning.log;

import java.util.Map;
import java.util.Set;

/** What reads the log; called by one thread. Where a method throws, the same entry is read again. */
public interface LogReading {

    /** @return where to read on, or 0 for a partition that nobody has read */
    long resumeAt(int partition);

    void read(LearningLog.Position position, LogEntry entry);

    /**
     * Writes down what was learned.
     *
     * @param next the first offset of a partition that was not read yet
     */
    void checkpoint(Map<Integer, Long> next);

    /** Others read these now: what was not written down is theirs to learn again. */
    void released(Set<Integer> partitions);
}
