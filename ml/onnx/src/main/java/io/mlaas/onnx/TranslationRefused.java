package io.mlaas.onnx;

/**
 * The model cannot be translated. The message says what was found, where, and what was expected; nothing was written.
 */
public final class TranslationRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why, in a form that a caller can act upon. */
    public enum Reason {
        /** The file is of no known format. */
        NOT_A_MODEL,
        /** The file is no zip archive, or one without the parts of a TorchScript archive. */
        NOT_TORCHSCRIPT,
        /** Saved by {@code torch.save}: a pickled object that only its author's Python code can rebuild. */
        PICKLED_MODULE,
        /** The file ends early or contradicts itself. */
        DAMAGED,
        /** Larger, or more deeply nested, than the limits allow. */
        TOO_LARGE,
        /** Not done within the time limit. */
        TOO_SLOW,
        /** The pickle names a constructor that is not on the list of harmless ones. */
        FORBIDDEN_GLOBAL,
        /** An operator that is not in the table. */
        UNSUPPORTED_OPERATOR,
        /** A construct of the language, or a use of an operator, that has no translation. */
        UNSUPPORTED_CODE,
        /** The archive does not say the shape of its input and the caller did not either. */
        UNKNOWN_INPUT,
        /** What the caller wishes does not go with this model. */
        UNSUPPORTED_OPTION,
        /** The translator's own fault: what it wrote is no valid ONNX model. */
        INVALID_RESULT
    }

    private final Reason reason;

    public TranslationRefused(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public TranslationRefused(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
