package io.mlaas.learning.learner;

import io.mlaas.learning.interval.IntervalSettings;
import io.mlaas.learning.interval.ResidualIntervals;
import io.mlaas.learning.learner.UpdatePolicy.OnRegression;
import io.mlaas.online.Batch;
import io.mlaas.online.Learner;
import io.mlaas.online.LearnerState;
import io.mlaas.online.StateRefused;
import io.mlaas.online.torch.TrainedArchive;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A learner beside the model that it stored last, on rows that neither has learned: which of the two goes on. */
final class Contest {
    private Learner learner;
    private final HeldBack heldBack;
    private final Supplier<Learner> another;
    private final List<Comparison> comparisons = new ArrayList<>();
    private byte @Nullable [] stored;

    /** @param another makes a learner of the same kind */
    Contest(Learner learner, HeldBack heldBack, Supplier<Learner> another) {
        this.learner = learner;
        this.heldBack = heldBack;
        this.another = another;
    }

    /** The one that learns. */
    Learner learner() {
        return learner;
    }

    /** Goes on with a learner that has other settings; what was learned and stored is its. */
    void goOnWith(Learner adjusted) {
        boolean whole = false;
        try {
            adjust(LearnerState.write(learner), adjusted);
            byte @Nullable [] before = stored;
            if (before != null) {
                try (Learner other = another.get()) {
                    adjust(before, other);
                    stored = LearnerState.write(other);
                }
            }
            whole = true;
        } finally {
            if (!whole) {
                adjusted.close();
            }
        }
        learner.close();
        learner = adjusted;
    }

    private static void adjust(byte[] state, Learner into) {
        try {
            LearnerState.adjust(state, into);
        } catch (StateRefused e) {
            throw new UncheckedIOException("a state that was written by the same learner with other settings", e);
        }
    }

    /** How far the learner is from the rows that it has not learned. */
    ResidualIntervals residuals(IntervalSettings wanted) {
        Batch unseen = heldBack.rows();
        double[] predictions = learner.predict(unseen.rows(), unseen.inputs());
        return ResidualIntervals.of(wanted.level(), learner.schema().outputs(), unseen.targets(), predictions);
    }

    boolean hasStored() {
        return stored != null;
    }

    /** State of the stored model; of length 0 where there is none. */
    byte[] stored() {
        byte @Nullable [] state = stored;
        return state == null ? new byte[0] : state;
    }

    /** Goes on with a stored model; of length 0 where there was none. */
    void resume(byte[] state) {
        stored = state.length == 0 ? null : state;
    }

    /** What was decided and is in no checkpoint yet. */
    List<Comparison> decided() {
        return List.copyOf(comparisons);
    }

    void forgetDecided() {
        comparisons.clear();
    }

    Progress compare(long offset, Progress progress, UpdatePolicy policy) {
        Batch unseen = heldBack.rows();
        double loss = learner.loss(unseen);
        byte @Nullable [] before = stored;
        if (before == null) {
            return take(offset, progress, loss, null, "the first");
        }
        double storedLoss = lossOf(before, unseen);
        double part = policy.minGain();
        if (loss < storedLoss * (1 - part)) {
            return take(offset, progress, loss, storedLoss, change(loss, storedLoss));
        }
        if (loss > storedLoss * (1 + part) && policy.onRegression() == OnRegression.ROLLBACK) {
            read(before, learner);
            return add(offset, progress, Comparison.Outcome.ROLLED_BACK, loss, storedLoss, change(loss, storedLoss));
        }
        String reason = change(loss, storedLoss) + ", min_gain is " + percent(part);
        return add(offset, progress, Comparison.Outcome.KEPT, loss, storedLoss, reason);
    }

    /** Goes back to the stored model, which must be there. */
    Progress rollBack(long offset, Progress progress, String reason) {
        double loss = learner.loss(heldBack.rows());
        read(stored(), learner);
        return add(offset, progress, Comparison.Outcome.ROLLED_BACK, loss, learner.loss(heldBack.rows()), reason);
    }

    private Progress take(long offset, Progress progress, double loss, @Nullable Double storedLoss, String reason) {
        byte[] state = LearnerState.write(learner);
        stored = state;
        byte[] file = learner instanceof TrainedArchive network ? network.archive() : state;
        return add(offset, progress, Comparison.Outcome.TAKEN, loss, storedLoss, reason, state, file);
    }

    private Progress add(
            long offset,
            Progress progress,
            Comparison.Outcome outcome,
            double loss,
            @Nullable Double storedLoss,
            String reason) {
        return add(offset, progress, outcome, loss, storedLoss, reason, null, null);
    }

    private Progress add(
            long offset,
            Progress progress,
            Comparison.Outcome outcome,
            double loss,
            @Nullable Double storedLoss,
            String reason,
            byte @Nullable [] state,
            byte @Nullable [] file) {
        Progress compared = progress.compared(learner.learned());
        comparisons.add(new Comparison(
                compared.comparisons(),
                offset,
                outcome,
                loss,
                storedLoss,
                learner.learned(),
                reason,
                LearnerState.digest(learner),
                state,
                file));
        return compared;
    }

    private double lossOf(byte[] state, Batch rows) {
        try (Learner other = another.get()) {
            read(state, other);
            return other.loss(rows);
        }
    }

    private static void read(byte[] state, Learner into) {
        try {
            LearnerState.read(state, into);
        } catch (StateRefused e) {
            throw new UncheckedIOException("a state that was written by the same learner", e);
        }
    }

    private static String change(double loss, double storedLoss) {
        if (loss == storedLoss) {
            return "the same";
        }
        return loss < storedLoss
                ? "better by " + percent(1 - loss / storedLoss)
                : "worse by " + (storedLoss == 0 ? "more than can be said in percent" : percent(loss / storedLoss - 1));
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * part);
    }
}
