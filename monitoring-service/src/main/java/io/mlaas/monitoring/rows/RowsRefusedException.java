package io.mlaas.monitoring.rows;

/** Rows or labels that do not fit a monitor; the message names the JSON path, the value and what was expected. */
public final class RowsRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int LONGEST = 100;

    public RowsRefusedException(String path, Object value, String expected) {
        super("%s: %s (expected: %s)".formatted(path, shortened(String.valueOf(value)), expected));
    }

    public RowsRefusedException(String path, Object value, String expected, Throwable cause) {
        this(path, value, expected);
        initCause(cause);
    }

    private static String shortened(String value) {
        return value.length() > LONGEST ? value.substring(0, LONGEST) + "…" : value;
    }
}
