package io.mlaas.transform.step;

/** A row that a step cannot use; the message is the reason. */
public final class RowRejectedException extends Exception {
    private static final long serialVersionUID = 1;

    public RowRejectedException(String reason) {
        super(reason);
    }

    public RowRejectedException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
