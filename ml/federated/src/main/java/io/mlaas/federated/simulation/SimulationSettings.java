package io.mlaas.federated.simulation;

import io.mlaas.federated.aggregation.Aggregation;
import io.mlaas.federated.aggregation.ServerOptimizer;
import io.mlaas.federated.training.CentralPrivacy;
import io.mlaas.federated.training.UpdateFilters;
import io.mlaas.neural.training.LocalTrainer;
import io.mlaas.neural.training.Loss;
import org.jspecify.annotations.Nullable;

/**
 * What decides a simulation's result, together with network and data.
 *
 * @param clientsPerRound sampled without replacement; under noise each client is drawn by itself with the probability
 *     clientsPerRound / clients, as the accountant takes it to be (Poisson sampling)
 * @param quorum fewest accepted updates with which a round changes the model
 * @param largestNorm most Euclidean length of an update, longer ones are refused; infinite for any
 * @param privacy null for none; else updates are clipped, and {@code aggregation} must be the mean
 * @param filters that each client applies to its own update
 * @param filterDelta δ at which the filters' ε is told
 * @param seed decides initial model, sampling, and each client's training
 */
public record SimulationSettings(
        int rounds,
        int clientsPerRound,
        int quorum,
        Loss loss,
        LocalTrainer.Settings local,
        Aggregation aggregation,
        ServerOptimizer server,
        double largestNorm,
        CentralPrivacy.@Nullable Settings privacy,
        UpdateFilters filters,
        double filterDelta,
        long seed) {

    public SimulationSettings {
        requireAtLeastOne("rounds", rounds);
        requireAtLeastOne("clients per round", clientsPerRound);
        requireAtLeastOne("quorum", quorum);
        if (quorum > clientsPerRound) {
            throw new IllegalArgumentException(
                    "quorum: " + quorum + " (expected: <= " + clientsPerRound + ", the clients per round)");
        }
        if (!(filterDelta > 0 && filterDelta < 1)) {
            throw new IllegalArgumentException("delta: " + filterDelta + " (expected: > 0 and < 1)");
        }
        if (privacy != null && !(aggregation instanceof Aggregation.Mean)) {
            throw new IllegalArgumentException("aggregation: " + aggregation
                    + " with clipping and noise (expected: the mean, whose change by one client is known)");
        }
    }

    private static void requireAtLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
