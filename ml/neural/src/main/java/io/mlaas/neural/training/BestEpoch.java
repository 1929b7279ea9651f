package io.mlaas.neural.training;

import io.mlaas.neural.network.Weights;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps the weights of the best epoch and counts those without improvement. */
final class BestEpoch {
    private final TrainingSettings.@Nullable EarlyStopping early;
    private double loss = Double.POSITIVE_INFINITY;
    private int epoch;
    private int without;
    private @Nullable Weights weights;

    BestEpoch(TrainingSettings.@Nullable EarlyStopping early) {
        this.early = early;
    }

    boolean stopAfter(int finished, double observed, Supplier<Weights> now) {
        if (early == null) {
            return false;
        }
        if (observed < loss - early.minDelta()) {
            loss = observed;
            epoch = finished;
            without = 0;
            weights = early.restoreBest() ? now.get() : null;
            return false;
        }
        return ++without >= early.patience();
    }

    void restore(double bestLoss, int bestEpoch, int epochsWithout, @Nullable Weights bestWeights) {
        loss = bestLoss;
        epoch = bestEpoch;
        without = epochsWithout;
        weights = bestWeights;
    }

    int patience() {
        return early == null ? 0 : early.patience();
    }

    double loss() {
        return loss;
    }

    int epoch() {
        return epoch;
    }

    int without() {
        return without;
    }

    @Nullable
    Weights weights() {
        return weights;
    }
}
