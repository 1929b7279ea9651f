package io.mlaas.training.agent;

/** Something that no repetition makes better. The message is for the model's owner. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
        super(message);
    }

    Refusal(String message, Throwable cause) {
        super(message, cause);
    }
}
