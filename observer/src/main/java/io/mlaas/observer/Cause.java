package io.mlaas.observer;

/**
 * Why two runs differ.
 *
 * @param detail for people
 */
public record Cause(Kind kind, String detail) {

    /** The factors, and what no experiment is needed for. */
    public enum Kind {
        CLOCK,
        ENTROPY,
        HASH_ORDER,
        THREADS,
        FILE,
        NETWORK,
        UNEXPLAINED;

        static Kind of(Factor factor) {
            return switch (factor) {
                case CLOCK -> CLOCK;
                case ENTROPY -> ENTROPY;
                case HASH_ORDER -> HASH_ORDER;
                case THREADS -> THREADS;
            };
        }
    }
}
