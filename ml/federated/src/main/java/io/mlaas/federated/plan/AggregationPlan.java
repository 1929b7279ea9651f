package io.mlaas.federated.plan;

/**
 * How updates become a model.
 *
 * @param byzantine clients that may be malicious
 * @param trim share that the trimmed mean cuts on each side
 */
public record AggregationPlan(Strategy strategy, int byzantine, double trim, double serverLearningRate) {

    public enum Strategy {
        FEDAVG,
        FEDPROX,
        FEDADAM,
        FEDYOGI,
        MEDIAN,
        TRIMMED_MEAN,
        KRUM,
        MULTI_KRUM,
        BULYAN;

        /** Needs only the updates' sum: can be masked, encrypted, and has a bounded sensitivity when they are clipped. */
        public boolean sumLike() {
            return this == FEDAVG || this == FEDPROX || this == FEDADAM || this == FEDYOGI;
        }

        /** Fewest updates that withstand so many malicious ones. */
        public int leastUpdates(int byzantine) {
            return switch (this) {
                case FEDAVG, FEDPROX, FEDADAM, FEDYOGI -> 1;
                case MEDIAN, TRIMMED_MEAN -> 2 * byzantine + 1;
                case KRUM, MULTI_KRUM -> 2 * byzantine + 3;
                case BULYAN -> 4 * byzantine + 3;
            };
        }
    }
}
