package io.mlaas.training.reproduction;

import io.mlaas.api.sharing.ReproductionVerdict.Cause;
import io.mlaas.api.sharing.ReproductionVerdict.CauseKind;
import io.mlaas.observer.Experiments;
import io.mlaas.observer.Factor;
import io.mlaas.training.job.Trials.Made;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Experiments of which nothing is kept in memory: those that were made are looked through again each time, and where the
 * next one would have to be made, it is known which.
 */
final class Causes {

    /** Either what is to be pinned in the next experiment, or what they say together. */
    sealed interface Finding {}

    record Next(Set<Factor> pinned) implements Finding {}

    record Found(List<Cause> causes) implements Finding {}

    private static final class NotMadeYet extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Set<Factor> pinned;

        NotMadeYet(Set<Factor> pinned) {
            super(null, null, false, false);
            this.pinned = pinned;
        }
    }

    private Causes() {}

    /** @param made experiments in their order, all ended */
    static Finding of(String expected, List<Made> made) throws InterruptedException {
        Deque<Made> left = new ArrayDeque<>(made);
        try {
            return new Found(Experiments.diagnose(expected, pinned -> outcome(left, pinned)).causes().stream()
                    .map(cause -> new Cause(CauseKind.valueOf(cause.kind().name()), cause.detail()))
                    .toList());
        } catch (NotMadeYet e) {
            return new Next(e.pinned);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String outcome(Deque<Made> left, Set<Factor> pinned) {
        Made next = left.poll();
        if (next == null) {
            throw new NotMadeYet(pinned);
        }
        return next.sha256() == null ? "failed: " + next.reason() : next.sha256();
    }
}
