package io.mlaas.federated.pate;

/** The mechanism gave no label at all, so there is nothing to learn from. */
public final class NothingAnsweredException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NothingAnsweredException(int queries, Object mechanism) {
        super("queries: none of " + queries + " was answered by " + mechanism
                + " (expected: a threshold that some plurality of the teachers' votes reaches)");
    }
}
