package io.mlaas.observer;

import io.mlaas.observer.Diagnosis.Attempt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the causes by experiment: with everything pinned a program must give the same twice; then each factor is let go of
 * alone. One whose release changes the outcome is a cause, if the pinned outcome comes again afterwards: otherwise it was
 * something that is not in our hands, and nobody is accused.
 */
public final class Experiments {
    private static final Set<Factor> ALL = Set.of(Factor.values());
    private static final int RELEASES = 3;
    private static final int SHOWN = 12;

    private final String expected;
    private final Trial trial;
    private final List<Attempt> attempts = new ArrayList<>();

    private Experiments(String expected, Trial trial) {
        this.expected = expected;
        this.trial = trial;
    }

    /**
     * Runs the program 2 times, and then 1 to 3 times for each factor and once more for each cause.
     *
     * @param expected the outcome of the run that is to be repeated
     */
    public static Diagnosis diagnose(String expected, Trial trial) throws IOException, InterruptedException {
        Experiments experiments = new Experiments(expected, trial);
        List<Cause> causes = experiments.causes();
        return new Diagnosis(causes, experiments.attempts);
    }

    private List<Cause> causes() throws IOException, InterruptedException {
        String pinned = run(ALL);
        if (!run(ALL).equals(pinned)) {
            return List.of(unsettled());
        }
        List<Cause> causes = new ArrayList<>();
        for (Factor factor : Factor.values()) {
            int changed = releasesUntilChanged(factor, pinned);
            if (changed == 0) {
                continue;
            }
            if (!run(ALL).equals(pinned)) {
                return List.of(unsettled());
            }
            causes.add(new Cause(
                    Cause.Kind.of(factor),
                    "the result changes as soon as nothing but this is let go of: %s".formatted(factor.description())));
        }
        return causes.isEmpty() ? List.of(unchanged(pinned)) : causes;
    }

    /** A hash table of few elements often has the same order by chance: one release that changes nothing proves little. */
    private int releasesUntilChanged(Factor factor, String pinned) throws IOException, InterruptedException {
        Set<Factor> others = EnumSet.complementOf(EnumSet.of(factor));
        for (int release = 1; release <= RELEASES; release++) {
            if (!run(others).equals(pinned)) {
                return release;
            }
        }
        return 0;
    }

    private String run(Set<Factor> pinned) throws IOException, InterruptedException {
        String outcome = trial.outcomeUnder(pinned);
        attempts.add(new Attempt(pinned, outcome));
        return outcome;
    }

    private Cause unsettled() {
        long different = attempts.stream()
                .filter(attempt -> attempt.pinned().equals(ALL))
                .map(Attempt::outcome)
                .distinct()
                .count();
        return new Cause(
                Cause.Kind.UNEXPLAINED,
                ("%d different results although clock, random numbers, hash order and threads were pinned: threads of the"
                                + " program's own that race, or a source out of the observer's reach (the processor's own"
                                + " random numbers, times of files, a statically linked program)")
                        .formatted(different));
    }

    private Cause unchanged(String pinned) {
        String same =
                "%d runs with clock, random numbers, hash order and threads pinned, and each let go of alone, all gave %s"
                        .formatted(attempts.size(), shown(pinned));
        return new Cause(
                Cause.Kind.UNEXPLAINED,
                pinned.equals(expected)
                        ? same + ", as the first run did: what made it differ once is rare"
                        : same + ", the first run gave " + shown(expected)
                                + ": another machine, other libraries, or an input that has changed since");
    }

    private static String shown(String outcome) {
        return outcome.length() > SHOWN && outcome.matches("[0-9a-f]{64}")
                ? outcome.substring(0, SHOWN) + "…"
                : outcome;
    }
}
