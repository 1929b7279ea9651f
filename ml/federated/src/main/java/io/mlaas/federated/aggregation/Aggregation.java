package io.mlaas.federated.aggregation;

/**
 * How one update is made of many. All but {@link Mean} keep every update of the round in memory, since they compare
 * them; robust strategies count each client once, because how many samples it has is only what it says.
 */
public sealed interface Aggregation {

    /** An aggregator for one round of updates of {@code size} numbers. */
    Aggregator start(int size);

    /** Fewest updates that mean something. */
    int least();

    /**
     * FedAvg: Σ nₖΔₖ / Σ nₖ (McMahan et al., Communication-Efficient Learning of Deep Networks from Decentralized Data,
     * AISTATS 2017); unweighted as ΣΔₖ / n. Memory does not depend on the number of clients.
     */
    record Mean(boolean weighted) implements Aggregation {
        @Override
        public Aggregator start(int size) {
            return new MeanAggregator(size, weighted);
        }

        @Override
        public int least() {
            return 1;
        }
    }

    /** The median of each coordinate (Yin et al., Byzantine-Robust Distributed Learning, ICML 2018). */
    record Median() implements Aggregation {
        @Override
        public Aggregator start(int size) {
            return new KeepingAggregator("median", size, least(), Coordinates::median);
        }

        @Override
        public int least() {
            return 1;
        }
    }

    /**
     * The mean of each coordinate without the int(share · n) smallest and as many largest (Yin et al., 2018).
     *
     * @param share in [0, 0.5)
     */
    record TrimmedMean(double share) implements Aggregation {
        public TrimmedMean {
            if (!(share >= 0 && share < 0.5)) {
                throw new IllegalArgumentException("trim: " + share + " (expected: >= 0 and < 0.5)");
            }
        }

        @Override
        public Aggregator start(int size) {
            return new KeepingAggregator(
                    "trimmed_mean", size, least(), (updates, n) -> Coordinates.trimmedMean(updates, n, share));
        }

        @Override
        public int least() {
            return 1;
        }
    }

    /**
     * The update whose n − f − 2 closest others are closest, by squared Euclidean distance (Blanchard et al., Machine
     * Learning with Adversaries: Byzantine Tolerant Gradient Descent, NIPS 2017); with {@code kept} > 1 the plain mean of
     * that many best (multi-Krum). Ties go to the client whose name comes first.
     *
     * @param byzantine f, how many clients may lie; n ≥ 2f + 3
     * @param kept m, at most n − f of which are kept; 0 for n − f
     */
    record Krum(int byzantine, int kept) implements Aggregation {
        public Krum {
            requireByzantine(byzantine);
            if (kept < 0) {
                throw new IllegalArgumentException("kept: " + kept + " (expected: >= 0)");
            }
        }

        @Override
        public Aggregator start(int size) {
            return new KeepingAggregator(
                    kept == 1 ? "krum" : "multi_krum",
                    size,
                    least(),
                    (updates, n) -> Distances.multiKrum(updates, n, byzantine, kept));
        }

        @Override
        public int least() {
            return 2 * byzantine + 3;
        }
    }

    /**
     * Krum chooses n − 2f updates one after another; of each coordinate the mean of the n − 4f values closest to their
     * median (El Mhamdi et al., The Hidden Vulnerability of Distributed Learning in Byzantium, ICML 2018).
     *
     * @param byzantine f; n ≥ 4f + 3
     */
    record Bulyan(int byzantine) implements Aggregation {
        public Bulyan {
            requireByzantine(byzantine);
        }

        @Override
        public Aggregator start(int size) {
            return new KeepingAggregator(
                    "bulyan", size, least(), (updates, n) -> Distances.bulyan(updates, n, byzantine));
        }

        @Override
        public int least() {
            return 4 * byzantine + 3;
        }
    }

    private static void requireByzantine(int byzantine) {
        if (byzantine < 0) {
            throw new IllegalArgumentException("byzantine: " + byzantine + " (expected: >= 0)");
        }
    }
}
