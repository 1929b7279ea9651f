package io.mlaas.neural.training;

import io.mlaas.neural.network.SplitMix64;
import java.util.ArrayList;
import java.util.List;

/** Everything between two epochs that is neither weights nor the optimiser's. */
final class TrainingState {
    final Schedule.Course course;
    final BestEpoch best;
    final List<EpochReport> reports = new ArrayList<>();
    /** The training rows, in the order of the last epoch; the next one shuffles them further. */
    final int[] rows;

    SplitMix64 order;
    long steps;
    double seconds;
    double exchangeSeconds;
    String stopped = "";

    TrainingState(TrainingSettings settings, int[] rows, long orderSeed) {
        this.course = settings.schedule().start(settings.optimizer().learningRate(), settings.epochs());
        this.best = new BestEpoch(settings.earlyStopping());
        this.rows = rows.clone();
        this.order = new SplitMix64(orderSeed);
    }

    /** Epochs that are done. */
    int epochs() {
        return reports.size();
    }
}
