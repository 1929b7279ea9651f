package io.mlaas.federated.aggregation;

import java.util.ArrayList;
import java.util.List;

/** Keeps every update until the round is over, for strategies that compare them. */
final class KeepingAggregator implements Aggregator {
    private final NamesInOrder names = new NamesInOrder();
    private final List<float[]> updates = new ArrayList<>();
    private final String strategy;
    private final int size;
    private final int least;
    private final Comparison comparison;
    private boolean finished;

    /** Makes one vector of those in {@code updates}, each of {@code size} numbers. */
    interface Comparison {
        double[] aggregate(float[][] updates, int size);
    }

    KeepingAggregator(String strategy, int size, int least, Comparison comparison) {
        this.strategy = strategy;
        this.size = size;
        this.least = least;
        this.comparison = comparison;
    }

    @Override
    public void add(ModelUpdate update) {
        if (finished) {
            throw new IllegalStateException("the round is finished (expected: no more updates)");
        }
        names.next(update, size);
        updates.add(update.delta());
    }

    @Override
    public int clients() {
        return names.count();
    }

    @Override
    public double[] finish() {
        if (updates.size() < least) {
            throw new TooFewUpdatesException(strategy, updates.size(), least);
        }
        finished = true;
        return comparison.aggregate(updates.toArray(float[][]::new), size);
    }
}
