package io.mlaas.federated.aggregation;

/** Keeps sums only. */
final class MeanAggregator implements Aggregator {
    private final NamesInOrder names = new NamesInOrder();
    private final double[] sums;
    private final boolean weighted;
    private double weight;
    private boolean finished;

    MeanAggregator(int size, boolean weighted) {
        this.sums = new double[size];
        this.weighted = weighted;
    }

    @Override
    public void add(ModelUpdate update) {
        if (finished) {
            throw new IllegalStateException("the round is finished (expected: no more updates)");
        }
        names.next(update, sums.length);
        double w = weighted ? update.samples() : 1;
        float[] delta = update.delta();
        for (int i = 0; i < sums.length; i++) {
            sums[i] += w * delta[i];
        }
        weight += w;
    }

    @Override
    public int clients() {
        return names.count();
    }

    @Override
    public double[] finish() {
        if (names.count() == 0) {
            throw new TooFewUpdatesException("mean", 0, 1);
        }
        if (!finished) {
            finished = true;
            for (int i = 0; i < sums.length; i++) {
                sums[i] /= weight;
            }
        }
        return sums;
    }
}
