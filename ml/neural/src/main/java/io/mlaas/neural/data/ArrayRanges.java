package io.mlaas.neural.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the features of an NPY, NPZ, MAT or idx file lie, number by number: no array is held in memory. */
final class ArrayRanges implements ArrayVisitor {
    private static final int MOST_FEATURES = 1 << 22;

    /** A small archive may unpack to a lot. */
    private static final long MOST_NUMBERS = 1L << 28;

    private static final float[] UNREAD = {};

    private final String file;
    private final ArrayDataset.Layout layout;
    private final float[] low;
    private final float[] high;
    private boolean found;

    private ArrayRanges(String file, ArrayDataset.Layout layout) {
        this.file = file;
        this.layout = layout;
        this.low = new float[layout.width()];
        this.high = new float[layout.width()];
        Arrays.fill(low, Float.POSITIVE_INFINITY);
        Arrays.fill(high, Float.NEGATIVE_INFINITY);
    }

    static FeatureRanges of(Path path, DataMapping mapping) throws IOException {
        String file = String.valueOf(path.getFileName());
        List<NumberArray> heads = new ArrayList<>();
        visit(path, (name, shape, columnMajor) -> {
            heads.add(new NumberArray(name, shape, UNREAD));
            return null;
        });
        ArrayDataset.Layout layout = new ArrayDataset(file, heads).layout(mapping);
        long numbers = layout.features().elements();
        if (layout.count() == 0 || numbers == 0) {
            throw new InvalidDataException(file + ": no samples (expected: at least one)");
        }
        if (numbers > MOST_NUMBERS || layout.width() > MOST_FEATURES) {
            throw new InvalidDataException(file + ", array \""
                    + layout.features().name() + "\": " + numbers + " numbers in " + layout.width()
                    + " features (expected: <= " + MOST_NUMBERS + ", and <= " + MOST_FEATURES + ")");
        }
        ArrayRanges ranges = new ArrayRanges(file, layout);
        visit(path, ranges);
        return ranges.withoutLabel();
    }

    private static void visit(Path path, ArrayVisitor visitor) throws IOException {
        switch (DatasetFormat.of(path)) {
            case NPY -> NpyReader.visitFile(path, visitor);
            case NPZ -> NpyReader.visitArchive(path, visitor);
            case MAT -> MatReader.visit(path, visitor);
            case IDX -> IdxReader.visit(path, visitor);
            case CSV -> throw new IllegalArgumentException("format: " + path + " (expected: arrays)");
        }
    }

    @Override
    public @Nullable NumberSink visit(String name, List<Integer> shape, boolean columnMajor) {
        if (found || !name.equals(layout.features().name())) {
            return null;
        }
        found = true;
        return new Extent(columnMajor);
    }

    /** One column of a table is the label. */
    private FeatureRanges withoutLabel() {
        int label = layout.labelColumn();
        return label < 0
                ? new FeatureRanges(low, high, layout.count())
                : new FeatureRanges(without(low, label), without(high, label), layout.count());
    }

    private static float[] without(float[] values, int place) {
        float[] rest = Arrays.copyOf(values, values.length - 1);
        System.arraycopy(values, place + 1, rest, place, rest.length - place);
        return rest;
    }

    /** Widens the ranges by the numbers of the features, in whatever order the file has them. */
    private final class Extent implements NumberSink {
        private final boolean samplesVaryFastest;
        private final int[] feature;
        private final int count = layout.count();
        private final int width = layout.width();
        private long next;

        Extent(boolean columnMajor) {
            this.samplesVaryFastest = columnMajor != layout.samplesLast();
            this.feature = columnMajor ? rowMajorPlaces(layout.sampleShape()) : new int[0];
        }

        @Override
        public void take(float value) {
            int place = (int) (samplesVaryFastest ? next / count : next % width);
            if (!Float.isFinite(value)) {
                throw new InvalidDataException(file + ", array \""
                        + layout.features().name() + "\", number " + (next + 1) + ": " + value
                        + " (expected: finite numbers)");
            }
            int at = feature.length == 0 ? place : feature[place];
            low[at] = Math.min(low[at], value);
            high[at] = Math.max(high[at], value);
            next++;
        }
    }

    /** Where in row-major order each element of column-major order stands. */
    private static int[] rowMajorPlaces(List<Integer> shape) {
        int elements = shape.stream().reduce(1, Math::multiplyExact);
        float[] columnMajor = new float[elements];
        int[] places = new int[elements];
        for (int i = 0; i < elements; i++) {
            columnMajor[i] = i; // exact: at most 2^22 of them
        }
        float[] rowMajor = BinaryNumbers.rowMajor(columnMajor, shape);
        for (int i = 0; i < elements; i++) {
            places[(int) rowMajor[i]] = i;
        }
        return places;
    }
}
