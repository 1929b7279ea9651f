package io.mlaas.observer;

import java.util.List;
import java.util.Set;

/**
 * What experiments say about a program whose runs differ.
 *
 * @param causes never empty; what was tried is in the detail of one that is {@link Cause.Kind#UNEXPLAINED}
 * @param attempts the runs, in their order
 */
public record Diagnosis(List<Cause> causes, List<Attempt> attempts) {
    public Diagnosis {
        causes = List.copyOf(causes);
        attempts = List.copyOf(attempts);
    }

    /** One run. */
    public record Attempt(Set<Factor> pinned, String outcome) {
        public Attempt {
            pinned = Set.copyOf(pinned);
        }
    }
}
