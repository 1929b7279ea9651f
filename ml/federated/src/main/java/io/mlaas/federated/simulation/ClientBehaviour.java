package io.mlaas.federated.simulation;

import io.mlaas.federated.aggregation.ModelUpdate;
import io.mlaas.federated.training.LocalTraining;
import io.mlaas.neural.network.SplitMix64;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a client answers in a round; asked by several threads, and must depend on nothing but its arguments. */
public interface ClientBehaviour {
    ClientBehaviour HONEST = (client, round, honest) -> honest.get();

    /**
     * @param honest the update that it ought to send; calculated when asked for
     * @return null when it does not answer in this round
     */
    @Nullable
    ModelUpdate answer(String client, int round, Supplier<ModelUpdate> honest);

    /** In each round each client fails to answer with some probability. */
    static ClientBehaviour dropouts(double probability, long seed) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("dropout: " + probability + " (expected: 0 to 1)");
        }
        return (client, round, honest) -> {
            SplitMix64 random = new SplitMix64(LocalTraining.seedOf(seed, "dropout of " + client, round));
            return random.nextDouble() < probability ? null : honest.get();
        };
    }

    /** Some clients send their update times a factor: −1 turns it round. */
    static ClientBehaviour scaled(Set<String> clients, float factor) {
        return byzantine(clients, delta -> {
            float[] scaled = delta.clone();
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] *= factor;
            }
            return scaled;
        });
    }

    /** Some clients send what is no number. */
    static ClientBehaviour notANumber(Set<String> clients) {
        return byzantine(clients, delta -> {
            float[] broken = new float[delta.length];
            Arrays.fill(broken, Float.NaN);
            return broken;
        });
    }

    private static ClientBehaviour byzantine(Set<String> clients, UnaryOperator<float[]> lie) {
        return (client, round, honest) -> {
            ModelUpdate update = honest.get();
            return clients.contains(client)
                    ? new ModelUpdate(client, update.samples(), lie.apply(update.delta()))
                    : update;
        };
    }
}
