package io.mlaas.training.runner;

import io.mlaas.observer.Factor;
import java.util.Set;

/**
 * What is different from an ordinary run when a program is run to find out what its result depends on.
 *
 * @param pinned what is made the same in every such run
 * @param observed whether it is watched what the program touches
 */
public record Conditions(Set<Factor> pinned, boolean observed) {
    /** As any other run. */
    public static final Conditions NONE = new Conditions(Set.of(), false);

    /** As any other run, but watched. */
    public static final Conditions WATCHED = new Conditions(Set.of(), true);

    public Conditions {
        pinned = Set.copyOf(pinned);
    }
}
