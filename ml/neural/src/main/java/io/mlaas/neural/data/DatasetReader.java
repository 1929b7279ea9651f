package io.mlaas.neural.data;

import io.mlaas.neural.network.TensorShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Reads a dataset by the format that its name and first bytes tell: CSV, NPY, NPZ, MAT v5, idx-ubyte (single files
 * gzipped or not, or images and labels together in a zip or tar).
 */
public final class DatasetReader {
    /** More distinct whole numbers than this are taken for quantities rather than classes, where nothing says which. */
    private static final int MOST_CLASSES = 100;

    private static final long LONGEST_LINE = 4L << 20;

    private DatasetReader() {}

    /** How labels are to be understood. */
    public enum Task {
        CLASSIFICATION,
        REGRESSION,
        /** Classes when the labels are text or few distinct whole numbers. */
        BY_LABELS
    }

    /**
     * @throws InvalidDataException when the content is not what its format or the mapping promises
     * @throws IOException when the file cannot be read
     */
    public static Samples read(Path file, DataMapping mapping, Task task) throws IOException {
        return samples(raw(file, mapping), mapping, task);
    }

    /**
     * The samples, and whose each is by the mapping's {@link DataMapping#group()}.
     *
     * @throws InvalidDataException when the content is not what its format or the mapping promises, or is no CSV
     * @throws IOException when the file cannot be read
     */
    public static GroupedSamples readGrouped(Path file, DataMapping mapping, Task task) throws IOException {
        RawData raw = raw(file, mapping);
        if (raw.groups().size() != raw.features().length) {
            throw new InvalidDataException(file.getFileName() + ": no column \"" + mapping.group()
                    + "\" (expected: a CSV file, which has columns)");
        }
        return new GroupedSamples(samples(raw, mapping, task), raw.groups());
    }

    private static Samples samples(RawData raw, DataMapping mapping, Task task) {
        scale(raw.features(), (float) mapping.scale(), (float) mapping.offset());
        return new Samples(shape(raw, mapping), raw.features(), targets(raw, mapping, task));
    }

    private static RawData raw(Path file, DataMapping mapping) throws IOException {
        if (Files.size(file) == 0) {
            throw new InvalidDataException(file.getFileName() + ": empty file (expected: a dataset)");
        }
        RawData raw =
                switch (DatasetFormat.of(file)) {
                    case CSV -> CsvReader.read(file, mapping);
                    case NPY, NPZ, MAT, IDX -> ArrayDataset.read(file, mapping);
                };
        if (raw.features().length == 0) {
            throw new InvalidDataException(file.getFileName() + ": no samples (expected: at least one)");
        }
        return raw;
    }

    /**
     * Where each feature lies, before scaling. CSV is read row by row, arrays are read number by number, so that what a small
     * file claims to hold needs no memory.
     *
     * @throws InvalidDataException when the content is not what its format or the mapping promises
     * @throws IOException when the file cannot be read
     */
    public static FeatureRanges ranges(Path file, DataMapping mapping) throws IOException {
        if (Files.size(file) == 0) {
            throw new InvalidDataException(file.getFileName() + ": empty file (expected: a dataset)");
        }
        if (DatasetFormat.of(file) == DatasetFormat.CSV) {
            requireShortLines(file);
            return CsvReader.ranges(file, mapping);
        }
        return ArrayRanges.of(file, mapping);
    }

    private static void requireShortLines(Path file) throws IOException {
        byte[] piece = new byte[64 * 1024];
        long length = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                for (int i = 0; i < count; i++) {
                    length = piece[i] == '\n' ? 0 : length + 1;
                    if (length > LONGEST_LINE) {
                        throw new InvalidDataException(file.getFileName() + ": a line of more than " + LONGEST_LINE
                                + " bytes (expected: rows of samples)");
                    }
                }
            }
        }
    }

    private static TensorShape shape(RawData raw, DataMapping mapping) {
        TensorShape declared = mapping.shape();
        if (declared == null) {
            return raw.shape();
        }
        if (declared.elements() != raw.shape().elements()) {
            throw new InvalidDataException("data: shape " + declared + " has " + declared.elements()
                    + " elements, each sample of the dataset " + raw.shape().elements() + " (expected: the same)");
        }
        return declared;
    }

    private static void scale(float[][] features, float scale, float offset) {
        if (scale == 1 && offset == 0) {
            return;
        }
        for (float[] row : features) {
            for (int i = 0; i < row.length; i++) {
                row[i] = row[i] * scale + offset;
            }
        }
    }

    private static Samples.Targets targets(RawData raw, DataMapping mapping, Task task) {
        boolean classes =
                switch (task) {
                    case CLASSIFICATION -> true;
                    case REGRESSION -> false;
                    case BY_LABELS -> !mapping.classes().isEmpty() || lookLikeClasses(raw);
                };
        float[][] numbers = raw.numbers();
        if (!classes) {
            if (numbers == null) {
                throw new InvalidDataException(
                        raw.where() + ": " + firstText(raw.text()) + " (expected: numbers, as regression needs)");
            }
            return new Samples.Targets.Values(numbers);
        }
        if (raw.text().isEmpty()) {
            throw new InvalidDataException(raw.where() + ": several label columns (expected: one, for classes)");
        }
        return classes(raw, mapping.classes());
    }

    private static String firstText(List<String> text) {
        return text.stream()
                .filter(t -> !isNumber(t))
                .findFirst()
                .map(t -> "\"" + t + "\"")
                .orElse("text");
    }

    private static boolean lookLikeClasses(RawData raw) {
        if (raw.text().isEmpty()) {
            return false;
        }
        if (raw.numbers() == null) {
            return true;
        }
        TreeSet<String> distinct = new TreeSet<>();
        for (String text : raw.text()) {
            distinct.add(canonical(text));
            if (distinct.size() > MOST_CLASSES || canonical(text).contains(".")) {
                return false;
            }
        }
        return true;
    }

    private static Samples.Targets classes(RawData raw, List<String> declared) {
        List<String> names = declared.isEmpty() ? occurring(raw.text()) : declared;
        Map<String, Integer> indices = new LinkedHashMap<>();
        names.forEach(name -> indices.put(canonical(name), indices.size()));
        if (indices.size() < 2) {
            throw new InvalidDataException(
                    raw.where() + ": the only label is " + names + " (expected: at least two classes)");
        }
        int[] labels = new int[raw.text().size()];
        for (int i = 0; i < labels.length; i++) {
            Integer index = indices.get(canonical(raw.text().get(i)));
            if (index == null) {
                throw new InvalidDataException(raw.where() + ": \"" + raw.text().get(i) + "\" in sample " + (i + 1)
                        + " (expected: one of the classes " + names + ")");
            }
            labels[i] = index;
        }
        return new Samples.Targets.Classes(labels, List.copyOf(names));
    }

    /** Numbers in numeric order, then text in that of its characters. */
    private static List<String> occurring(List<String> text) {
        TreeSet<String> distinct = new TreeSet<>((a, b) -> {
            if (isNumber(a) && isNumber(b)) {
                return Double.compare(Double.parseDouble(a), Double.parseDouble(b));
            }
            return a.compareTo(b);
        });
        text.forEach(t -> distinct.add(canonical(t)));
        return new ArrayList<>(distinct);
    }

    /** {@code 3.0} and {@code 3} are the same label. */
    static String canonical(String label) {
        String trimmed = label.strip();
        if (isNumber(trimmed)) {
            double number = Double.parseDouble(trimmed);
            if (number == Math.rint(number) && Math.abs(number) < 1e15) {
                return String.format(Locale.ROOT, "%.0f", number == 0 ? 0.0 : number);
            }
        }
        return trimmed;
    }

    static boolean isNumber(String text) {
        return !Double.isNaN(parse(text));
    }

    /** The number, or NaN when the text is none. */
    static double parse(String text) {
        String trimmed = text.strip();
        if (trimmed.isEmpty()) {
            return Double.NaN;
        }
        char last = trimmed.charAt(trimmed.length() - 1);
        if (last == 'f' || last == 'F' || last == 'd' || last == 'D') {
            return Double.NaN; // Java's own suffixes are no part of a number in a file
        }
        try {
            return Double.parseDouble(trimmed);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
