package io.mlaas.learning.log;

/** What was made of the entries since {@link #offset()} is gone: they are to be read again. */
public final class ReadAgainException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int partition;
    private final long offset;

    public ReadAgainException(int partition, long offset, Throwable cause) {
        super("partition " + partition + " is read again from " + offset, cause);
        this.partition = partition;
        this.offset = offset;
    }

    int partition() {
        return partition;
    }

    long offset() {
        return offset;
    }
}
