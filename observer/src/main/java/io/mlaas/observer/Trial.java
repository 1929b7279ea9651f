package io.mlaas.observer;

import java.io.IOException;
import java.util.Set;

/** Runs the program once more. */
@FunctionalInterface
public interface Trial {

    /**
     * @param pinned what is to be the same each time; the rest is as it comes
     * @return the digest of what it made; if it failed, a text that is the same for the same failure
     * @throws IOException if it could not be run at all
     */
    String outcomeUnder(Set<Factor> pinned) throws IOException, InterruptedException;
}
