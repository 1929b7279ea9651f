package io.mlaas.federated;

import io.mlaas.federated.simulation.SimulatedClient;
import io.mlaas.neural.data.DataMapping;
import io.mlaas.neural.data.DatasetReader;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.SplitMix64;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The demo's handwritten digits, 8×8: every fifth of a fixed order is held out. */
public final class Digits {
    private static final Samples ALL = read();
    private static final int[] ORDER = order();

    private Digits() {}

    public static Samples train() {
        return SimulatedClient.rows(
                ALL,
                IntStream.range(0, ORDER.length)
                        .filter(i -> i % 5 != 0)
                        .map(i -> ORDER[i])
                        .toArray());
    }

    public static Samples test() {
        return SimulatedClient.rows(
                ALL,
                IntStream.range(0, ORDER.length)
                        .filter(i -> i % 5 == 0)
                        .map(i -> ORDER[i])
                        .toArray());
    }

    public static Network softmax() {
        return network("{\"type\": \"dense\", \"units\": 10}, {\"type\": \"softmax\"}");
    }

    public static Network mlp() {
        return network(
                "{\"type\": \"dense\", \"units\": 32}, {\"type\": \"relu\"}, {\"type\": \"dense\", \"units\": 10},"
                        + " {\"type\": \"softmax\"}");
    }

    public static Network network(String layers) {
        return NetworkDescription.parse("{\"layers\": [" + layers + "]}").resolve(ALL.shape());
    }

    private static int[] order() {
        int[] order = new int[ALL.count()];
        Arrays.setAll(order, i -> i);
        new SplitMix64(2).shuffle(order);
        return order;
    }

    private static Samples read() {
        try {
            Samples samples = DatasetReader.read(
                    Path.of("../../demo/digits/digits.csv"), DataMapping.DEFAULT, DatasetReader.Task.BY_LABELS);
            samples.scale(1 / samples.largestMagnitude());
            return samples;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
