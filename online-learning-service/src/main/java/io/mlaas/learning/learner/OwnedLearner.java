package io.mlaas.learning.learner;

/** A learner in memory; what came after {@code written} is in no checkpoint yet. */
final class OwnedLearner {
    final int partition;
    final ActiveLearner active;
    final Consequences consequences;
    long offset;
    long used;
    /** whether it has been told to learn what waits, and has not read that yet */
    volatile boolean flushing;

    private long written;
    /** the first entry that is in no checkpoint yet, -1 for none */
    private long unwritten = -1;

    OwnedLearner(int partition, ActiveLearner active, Consequences consequences, long offset) {
        this.partition = partition;
        this.active = active;
        this.consequences = consequences;
        this.offset = offset;
        this.written = offset;
    }

    /** An entry begins that it has not had. */
    void begins(long entry) {
        if (unwritten < 0) {
            unwritten = entry;
        }
    }

    /** Where it has to read again from if it is lost now, at an entry. */
    long readAgainFrom(long entry) {
        return unwritten < 0 ? entry : unwritten;
    }

    boolean isWritten() {
        return written == offset;
    }

    void wasWritten() {
        written = offset;
        unwritten = -1;
        active.forgetDecided();
        consequences.forgetKept();
    }
}
