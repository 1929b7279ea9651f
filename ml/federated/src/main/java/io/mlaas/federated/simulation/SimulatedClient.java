package io.mlaas.federated.simulation;

import io.mlaas.federated.partition.Partition;
import io.mlaas.neural.data.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A client and the samples that only it sees. */
public record SimulatedClient(String name, Samples samples) {

    /** A dataset dealt out; clients are named client-01 … client-n, with zeros in front so that names order as numbers do. */
    public static List<SimulatedClient> of(Samples samples, Partition partition, int clients, long seed) {
        List<int[]> rows = partition.split(samples, clients, seed);
        int digits = Math.max(2, String.valueOf(clients).length());
        List<SimulatedClient> all = new ArrayList<>();
        for (int k = 0; k < clients; k++) {
            String number = String.valueOf(k + 1);
            all.add(new SimulatedClient(
                    "client-" + "0".repeat(digits - number.length()) + number, rows(samples, rows.get(k))));
        }
        return all;
    }

    /**
     * Clients as the rows say themselves, in the order of their names.
     *
     * @throws io.mlaas.neural.data.InvalidDataException when there are more or fewer than {@code clients}
     */
    public static List<SimulatedClient> of(Samples samples, Partition.ByGroup partition, int clients) {
        List<int[]> rows = partition.split(samples, clients, 0);
        List<String> names = partition.names();
        return IntStream.range(0, clients)
                .mapToObj(k -> new SimulatedClient(names.get(k), rows(samples, rows.get(k))))
                .toList();
    }

    /** Some rows of a dataset; their numbers are shared with it. */
    public static Samples rows(Samples samples, int[] rows) {
        float[][] features = new float[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            features[i] = samples.features()[rows[i]];
        }
        Samples.Targets targets =
                switch (samples.targets()) {
                    case Samples.Targets.Classes(int[] labels, List<String> names) -> {
                        int[] some = new int[rows.length];
                        for (int i = 0; i < rows.length; i++) {
                            some[i] = labels[rows[i]];
                        }
                        yield new Samples.Targets.Classes(some, names);
                    }
                    case Samples.Targets.Values(float[][] values) -> {
                        float[][] some = new float[rows.length][];
                        for (int i = 0; i < rows.length; i++) {
                            some[i] = values[rows[i]];
                        }
                        yield new Samples.Targets.Values(some);
                    }
                };
        return new Samples(samples.shape(), features, targets);
    }
}
