package io.mlaas.federated.simulation;

import io.mlaas.federated.training.LocalTraining;
import io.mlaas.neural.network.SplitMix64;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Who is asked in a round; answers keep the order of the clients. */
sealed interface ClientSampling {

    List<SimulatedClient> sample(List<SimulatedClient> clients, int round);

    static ClientSampling of(SimulationSettings settings, boolean noisy) {
        return noisy
                ? new Poisson(settings.clientsPerRound(), settings.seed())
                : new Fixed(settings.clientsPerRound(), settings.seed());
    }

    /** As many as wanted, without replacement. */
    record Fixed(int count, long seed) implements ClientSampling {
        @Override
        public List<SimulatedClient> sample(List<SimulatedClient> clients, int round) {
            int[] order = IntStream.range(0, clients.size()).toArray();
            new SplitMix64(LocalTraining.seedOf(seed, "sampling of clients", round)).shuffle(order);
            return Arrays.stream(order)
                    .limit(count)
                    .sorted()
                    .mapToObj(clients::get)
                    .toList();
        }
    }

    /** Each client by itself, with the same probability: what the accountant of sampled noise assumes. */
    record Poisson(int expected, long seed) implements ClientSampling {
        @Override
        public List<SimulatedClient> sample(List<SimulatedClient> clients, int round) {
            double probability = (double) expected / clients.size();
            SplitMix64 random = new SplitMix64(LocalTraining.seedOf(seed, "sampling of clients", round));
            return clients.stream()
                    .filter(client -> random.nextDouble() < probability)
                    .toList();
        }
    }
}
