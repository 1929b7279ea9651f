package io.mlaas.neural.data;

import io.mlaas.neural.network.TensorShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds features and labels among the arrays of an NPY, NPZ, MAT or idx file. */
final class ArrayDataset {
    private static final Set<String> USUAL_FEATURES =
            Set.of("x", "data", "features", "inputs", "x_train", "images", "train_x");
    private static final Set<String> USUAL_LABELS =
            Set.of("y", "label", "labels", "target", "targets", "class", "y_train", "train_y");

    private final String file;
    private final List<NumberArray> arrays;

    /** @param arrays of which {@link #layout} needs names and shapes only */
    ArrayDataset(String file, List<NumberArray> arrays) {
        this.file = file;
        this.arrays = arrays;
    }

    static RawData read(Path path, DataMapping mapping) throws IOException {
        List<NumberArray> arrays =
                switch (DatasetFormat.of(path)) {
                    case NPY -> List.of(NpyReader.readFile(path));
                    case NPZ -> NpyReader.readArchive(path);
                    case MAT -> MatReader.read(path);
                    case IDX -> IdxReader.read(path);
                    case CSV -> throw new IllegalArgumentException("CSV holds no arrays");
                };
        ArrayDataset dataset = new ArrayDataset(String.valueOf(path.getFileName()), arrays);
        Layout layout = dataset.layout(mapping);
        return layout.labelColumn() >= 0 ? dataset.table(layout) : dataset.pair(layout);
    }

    /**
     * Which numbers are features.
     *
     * @param labels the same array as the features' where one column of a table is the label
     * @param count of samples
     * @param samplesLast whether the last dimension counts the samples, not the first
     * @param labelColumn of a table; -1 where the labels are an array of their own
     */
    record Layout(NumberArray features, NumberArray labels, int count, boolean samplesLast, int labelColumn) {
        /** Numbers of one sample, the label of a table among them. */
        int width() {
            return (int) (features.elements() / Math.max(1, count));
        }

        List<Integer> sampleShape() {
            List<Integer> sizes = new ArrayList<>(features.shape());
            sizes.remove(samplesLast ? sizes.size() - 1 : 0);
            return sizes;
        }
    }

    Layout layout(DataMapping mapping) {
        if (arrays.size() == 1 && mapping.features().isEmpty()) {
            return table(arrays.getFirst(), mapping);
        }
        NumberArray labels = choose(mapping.label(), USUAL_LABELS, "label", null);
        NumberArray features = choose(mapping.features(), USUAL_FEATURES, "features", labels.name());
        if (labels.shape().isEmpty()) {
            throw new InvalidDataException(
                    file + ", array \"" + labels.name() + "\": a single number (expected: one label for each sample)");
        }
        int most = labels.shape().stream().max(Integer::compare).orElse(0);
        int count = labels.elements() == most ? most : labels.shape().getFirst();
        return new Layout(features, labels, count, sampleAxis(features, labels, count) != 0, -1);
    }

    private RawData pair(Layout layout) {
        NumberArray features = layout.features();
        int count = layout.count();
        int width = layout.width();
        float[][] rows = new float[count][width];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < width; j++) {
                float value = features.values()[layout.samplesLast() ? j * count + i : i * width + j];
                rows[i][j] = value;
                if (!Float.isFinite(rows[i][j])) {
                    throw new InvalidDataException(file + ", array \"" + features.name() + "\", sample " + (i + 1)
                            + ": " + value + " (expected: finite numbers)");
                }
            }
        }
        List<Integer> sizes = layout.sampleShape();
        TensorShape shape = sizes.isEmpty() ? TensorShape.of(1) : new TensorShape(sizes);
        return labelled(shape, rows, layout.labels(), count);
    }

    /** Samples are the first dimension, or the last where only that has as many entries as there are labels. */
    private int sampleAxis(NumberArray features, NumberArray labels, int count) {
        List<Integer> shape = features.shape();
        if (!shape.isEmpty() && shape.getFirst() == count) {
            return 0;
        }
        if (!shape.isEmpty() && shape.getLast() == count) {
            return shape.size() - 1;
        }
        throw new InvalidDataException(file + ", array \"" + features.name() + "\": shape " + shape
                + " (expected: first or last dimension " + count + ", the number of labels in \"" + labels.name()
                + "\")");
    }

    private RawData labelled(TensorShape shape, float[][] rows, NumberArray labels, int count) {
        int outputs = count == 0 ? 1 : labels.values().length / count;
        float[][] numbers = new float[count][outputs];
        List<String> text = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < outputs; j++) {
                numbers[i][j] = labels.values()[i * outputs + j];
                if (!Float.isFinite(numbers[i][j])) {
                    throw new InvalidDataException(file + ", array \"" + labels.name() + "\", sample " + (i + 1) + ": "
                            + numbers[i][j] + " (expected: finite numbers)");
                }
            }
            if (outputs == 1) {
                text.add(DatasetReader.canonical(Float.toString(labels.values()[i])));
            }
        }
        return new RawData(shape, rows, file + ", array \"" + labels.name() + "\"", text, numbers, List.of());
    }

    /** One two-dimensional array is a table: its last column (or the one that the mapping names) is the label. */
    private Layout table(NumberArray array, DataMapping mapping) {
        if (array.shape().size() != 2 || array.shape().get(1) < 2) {
            throw new InvalidDataException(file + ", array \"" + array.name() + "\": shape " + array.shape()
                    + " (expected: [samples, columns] with the label as a column, or a second array with the labels)");
        }
        int width = array.shape().get(1);
        int label = width - 1;
        if (!mapping.label().isEmpty()) {
            double column = DatasetReader.parse(mapping.label().getFirst());
            if (!(column == Math.rint(column) && column >= -width && column < width)) {
                throw new InvalidDataException(
                        "data: label: \"" + mapping.label().getFirst() + "\" (expected: a column index below " + width
                                + ", as " + file + " holds one array)");
            }
            label = Math.floorMod((int) column, width);
        }
        return new Layout(array, array, array.shape().getFirst(), false, label);
    }

    private RawData table(Layout layout) {
        NumberArray array = layout.features();
        int count = layout.count();
        int width = array.shape().get(1);
        int label = layout.labelColumn();
        float[] labels = new float[count];
        float[][] rows = new float[count][width - 1];
        for (int i = 0; i < count; i++) {
            for (int j = 0, to = 0; j < width; j++) {
                float value = array.values()[i * width + j];
                if (!Double.isFinite(value)) {
                    throw new InvalidDataException(
                            file + ", row " + (i + 1) + ", column " + j + ": " + value + " (expected: finite numbers)");
                }
                if (j == label) {
                    labels[i] = value;
                } else {
                    rows[i][to++] = value;
                }
            }
        }
        NumberArray column = new NumberArray("column " + label, List.of(count), labels);
        return labelled(TensorShape.of(width - 1), rows, column, count);
    }

    private NumberArray choose(List<String> named, Set<String> usual, String role, @Nullable String not) {
        for (NumberArray array : arrays) {
            boolean fits = named.isEmpty()
                    ? usual.contains(array.name().toLowerCase(Locale.ROOT))
                    : named.getFirst().equals(array.name());
            if (fits && !array.name().equals(not)) {
                return array;
            }
        }
        if (named.isEmpty() && not != null && arrays.size() == 2) {
            return arrays.getFirst().name().equals(not) ? arrays.get(1) : arrays.getFirst();
        }
        throw new InvalidDataException(file + ": no array for the " + role + (named.isEmpty() ? "" : " named " + named)
                + " among " + arrays.stream().map(a -> a.name() + a.shape()).toList() + " (expected: "
                + (named.isEmpty()
                        ? "one of " + usual.stream().sorted().toList() + ", or its name as \"" + role + "\" in \"data\""
                        : "its exact name")
                + ")");
    }
}
