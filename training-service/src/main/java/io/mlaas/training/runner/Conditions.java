package io.mlaas.training.runner;

import java.util.Set;

/**
 * What is different from an ordinary run when a program is run to find out what its result depends on.
 *
 * @param pinned what is made the same in every such run
 * @param observed whether what the program touches is written down
 */
public record Conditions(Set<Factor> pinned, boolean observed) {
    /** As any other run. */
    public static final Conditions NONE = new Conditions(Set.of(), false);

    /** What a result may depend on beside its declared inputs. */
    public enum Factor {
        CLOCK,
        ENTROPY,
        HASH_ORDER,
        THREADS,
        NETWORK
    }

    public Conditions {
        pinned = Set.copyOf(pinned);
    }
}
