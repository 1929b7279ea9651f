package io.mlaas.ppfl.client;

import io.mlaas.neural.data.DataMapping;
import io.mlaas.neural.data.DatasetReader;
import io.mlaas.neural.data.InvalidDataException;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.InvalidDescriptionException;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.SplitMix64;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The data owner's samples: what is trained on, and a share held back on which the global model is measured.
 *
 * @param heldOut empty if nothing is held back
 */
record LocalData(Network network, Samples training, Samples heldOut) {

    /**
     * @param label column or array of the labels; null as the description says
     * @param heldBack share that is not trained on, in [0, 1)
     * @throws UnfitDataException if the file does not fit the federation's network
     */
    static LocalData read(
            Path file, @Nullable String label, NetworkDescription description, double heldBack, long seed) {
        try {
            DataMapping mapping = mapping(description, label);
            Samples samples = DatasetReader.read(file, mapping, DatasetReader.Task.BY_LABELS);
            Network network = description.resolve(samples.shape());
            requireOutputs(network, samples, file);
            requireFinite(samples, file);
            return split(network, samples, heldBack, seed, file);
        } catch (InvalidDataException | InvalidDescriptionException e) {
            throw new UnfitDataException(named(file, String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            throw new UnfitDataException(file + ": cannot be read: " + e, e);
        }
    }

    /** Readers begin what they say with the file's name, mostly. */
    private static String named(Path file, String said) {
        return said.startsWith(String.valueOf(file.getFileName())) ? said : file + ": " + said;
    }

    private static DataMapping mapping(NetworkDescription description, @Nullable String label) {
        DataMapping mapping = DataMapping.parse(description.data());
        return label == null ? mapping : mapping.labelledBy(label);
    }

    private static void requireOutputs(Network network, Samples samples, Path file) {
        int outputs = network.output().elements();
        int wanted =
                switch (samples.targets()) {
                    case Samples.Targets.Classes(int[] labels, List<String> names) -> names.size();
                    case Samples.Targets.Values(float[][] values) -> values[0].length;
                };
        if (outputs != wanted) {
            throw new UnfitDataException(file + ": labels of " + wanted + " classes or values (expected: " + outputs
                    + ", as many as the network has outputs; the plan's network can name \"data\": {\"classes\": …})");
        }
    }

    private static void requireFinite(Samples samples, Path file) {
        for (int row = 0; row < samples.count(); row++) {
            for (float value : samples.features()[row]) {
                if (!Float.isFinite(value)) {
                    throw new UnfitDataException(
                            file + ": " + value + " in sample " + (row + 1) + " (expected: finite numbers)");
                }
            }
        }
    }

    private static LocalData split(Network network, Samples samples, double heldBack, long seed, Path file) {
        int[] rows = new int[samples.count()];
        Arrays.setAll(rows, row -> row);
        new SplitMix64(seed).shuffle(rows);
        int held = (int) Math.round(rows.length * heldBack);
        if (held == rows.length) {
            throw new UnfitDataException(file + ": " + rows.length + " samples (expected: more, as "
                    + Math.round(heldBack * 100) + " % are held back)");
        }
        return new LocalData(
                network,
                some(samples, Arrays.copyOfRange(rows, held, rows.length)),
                some(samples, Arrays.copyOf(rows, held)));
    }

    private static Samples some(Samples all, int[] rows) {
        Arrays.sort(rows);
        float[][] features = new float[rows.length][];
        Arrays.setAll(features, i -> all.features()[rows[i]]);
        Samples.Targets targets =
                switch (all.targets()) {
                    case Samples.Targets.Classes(int[] labels, List<String> names) -> {
                        int[] some = new int[rows.length];
                        Arrays.setAll(some, i -> labels[rows[i]]);
                        yield new Samples.Targets.Classes(some, names);
                    }
                    case Samples.Targets.Values(float[][] values) -> {
                        float[][] some = new float[rows.length][];
                        Arrays.setAll(some, i -> values[rows[i]]);
                        yield new Samples.Targets.Values(some);
                    }
                };
        return new Samples(all.shape(), features, targets);
    }
}
