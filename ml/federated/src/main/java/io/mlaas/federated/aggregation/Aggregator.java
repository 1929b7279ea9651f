package io.mlaas.federated.aggregation;

/**
 * Takes one round's updates and makes one of them. Updates come in the ascending order of their clients' names, whoever
 * was first to answer: sums of floating-point numbers depend on their order. For one thread.
 */
public interface Aggregator {

    /**
     * @throws IllegalArgumentException for a second update of a client, one out of order, or one of another size
     * @throws IllegalStateException after {@link #finish}
     */
    void add(ModelUpdate update);

    /** How many updates there are. */
    int clients();

    /**
     * The aggregate in double precision: what is to be added to the model, before the server's optimiser.
     *
     * @throws TooFewUpdatesException when the strategy means nothing with so few
     */
    double[] finish();
}
