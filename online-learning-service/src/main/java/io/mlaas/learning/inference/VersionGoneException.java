package io.mlaas.learning.inference;

/** A version is asked for that the learner is not, or no longer. */
final class VersionGoneException extends RuntimeException {
    private static final long serialVersionUID = 1;

    VersionGoneException(String version, String current) {
        super("version: " + version + " (expected: none, or " + current + ", what there is now)");
    }
}
