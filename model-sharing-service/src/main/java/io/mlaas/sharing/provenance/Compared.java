package io.mlaas.sharing.provenance;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Compares the members of what another service tells with what the registry knows, and refuses by name. */
record Compared(ProvenanceProblem refusal) {

    /** @param name JSON path of the member */
    Compared member(String name, @Nullable Object given, @Nullable Object known) {
        if (!Objects.equals(given, known)) {
            throw refusal.because("%s: %s (expected: %s)"
                    .formatted(name, given == null ? "missing" : given, known == null ? "none" : known));
        }
        return this;
    }

    Compared there(String name, @Nullable Object given) {
        if (given == null) {
            throw refusal.because(name + ": missing");
        }
        return this;
    }
}
