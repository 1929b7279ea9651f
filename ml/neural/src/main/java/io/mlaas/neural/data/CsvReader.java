package io.mlaas.neural.data;

import io.mlaas.neural.network.TensorShape;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads CSV (RFC 4180, quoted fields may hold line breaks), row by row. Every feature has to be a finite number. */
final class CsvReader {
    private static final Set<String> USUAL_LABELS = Set.of("label", "target", "class", "y");

    private static final int LONGEST_FIELD = 1 << 20;
    private static final int MOST_FIELDS = 1 << 19;

    private final String name;
    private final BufferedReader in;
    private final char delimiter;
    private int line;

    private CsvReader(String name, BufferedReader in, char delimiter) {
        this.name = name;
        this.in = in;
        this.delimiter = delimiter;
    }

    static RawData read(Path file, DataMapping mapping) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return new CsvReader(String.valueOf(file.getFileName()), in, mapping.delimiter()).read(mapping);
        } catch (MalformedInputException e) {
            throw new InvalidDataException(file.getFileName() + ": not UTF-8 text (expected: CSV in UTF-8)", e);
        }
    }

    /** Row by row: as much memory for a large file as for a small one. */
    static FeatureRanges ranges(Path file, DataMapping mapping) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            CsvReader reader = new CsvReader(String.valueOf(file.getFileName()), in, mapping.delimiter());
            FeatureRanges[] ranges = new FeatureRanges[1];
            reader.rows(mapping, (row, features, columns) -> {
                FeatureRanges before = ranges[0] == null ? FeatureRanges.none(features.length) : ranges[0];
                ranges[0] = before.with(features);
            });
            if (ranges[0] == null) {
                throw new InvalidDataException(file.getFileName() + ": no samples (expected: at least one)");
            }
            return ranges[0];
        } catch (MalformedInputException e) {
            throw new InvalidDataException(file.getFileName() + ": not UTF-8 text (expected: CSV in UTF-8)", e);
        }
    }

    /** Columns of the labels, how many are features, the names of all, and the column of the group or −1. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Columns(int[] label, int features, List<String> names, int group) {}

    private interface RowSink {
        void row(List<String> row, float[] features, Columns columns);
    }

    private RawData read(DataMapping mapping) throws IOException {
        List<float[]> rows = new ArrayList<>();
        List<String> text = new ArrayList<>();
        List<float[]> numbers = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        boolean[] numeric = {true};
        Columns columns = rows(mapping, (row, values, told) -> {
            rows.add(values);
            int[] label = told.label();
            float[] targets = new float[label.length];
            for (int i = 0; i < label.length; i++) {
                String value = row.get(label[i]);
                if (value.isBlank()) {
                    throw new InvalidDataException(name + " line " + line + ", " + column(label[i], told.names())
                            + ": empty (expected: a label)");
                }
                targets[i] = (float) DatasetReader.parse(value);
                numeric[0] &= Float.isFinite(targets[i]);
            }
            if (label.length == 1) {
                text.add(row.get(label[0]).strip());
            }
            numbers.add(targets);
            if (told.group() >= 0) {
                groups.add(group(row.get(told.group()), told));
            }
        });
        return new RawData(
                TensorShape.of(columns.features()),
                rows.toArray(float[][]::new),
                name + ", " + column(columns.label()[0], columns.names()),
                text,
                numeric[0] ? numbers.toArray(float[][]::new) : null,
                groups);
    }

    private String group(String value, Columns columns) {
        if (value.isBlank()) {
            throw new InvalidDataException(name + " line " + line + ", " + column(columns.group(), columns.names())
                    + ": empty (expected: whose this row is)");
        }
        return value.strip();
    }

    private Columns rows(DataMapping mapping, RowSink sink) throws IOException {
        List<String> first = next();
        if (first == null) {
            throw new InvalidDataException(name + ": no lines (expected: a header and samples)");
        }
        if (first.getFirst().startsWith("\uFEFF")) {
            first.set(0, first.getFirst().substring(1));
        }
        Boolean told = mapping.header();
        boolean header = told != null ? told : looksLikeNames(first, mapping);
        List<String> names = header ? first : List.of();
        int width = first.size();
        int[] label = label(mapping, names, width);
        int group = mapping.group() == null ? -1 : index(mapping.group(), names, width);
        int[] features = features(mapping, names, width, label, group);
        Columns columns = new Columns(label, features.length, names, group);
        int start = line;
        for (List<String> row = header ? next() : first; row != null; start = line + 1, row = next()) {
            if (row.size() != width) {
                throw new InvalidDataException(name + " line " + Math.max(start, 1) + ": " + row.size()
                        + " fields (expected: " + width + " as in the first line)");
            }
            float[] values = new float[features.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = number(row.get(features[i]), features[i], names, line);
            }
            sink.row(row, values, columns);
        }
        return columns;
    }

    /** Whether the first line holds names: a name that the mapping or custom uses, or text where a feature would be. */
    private static boolean looksLikeNames(List<String> first, DataMapping mapping) {
        int text = 0;
        for (String field : first) {
            String name = field.strip();
            if (USUAL_LABELS.contains(name.toLowerCase(Locale.ROOT))) {
                return true;
            }
            boolean number = DatasetReader.isNumber(name);
            if (!number
                    && (mapping.label().contains(name)
                            || mapping.features().contains(name)
                            || name.equals(mapping.group()))) {
                return true;
            }
            text += number ? 0 : 1;
        }
        return text > Math.max(1, mapping.label().size());
    }

    private float number(String text, int column, List<String> names, int line) {
        float value = (float) DatasetReader.parse(text);
        if (!Float.isFinite(value)) {
            throw new InvalidDataException(name + " line " + line + ", " + column(column, names) + ": \"" + text
                    + "\" (expected: a finite number)");
        }
        return value;
    }

    private static String column(int index, List<String> names) {
        return names.isEmpty() ? "column " + index : "column " + index + " (" + names.get(index) + ")";
    }

    private int[] label(DataMapping mapping, List<String> names, int width) {
        if (!mapping.label().isEmpty()) {
            return mapping.label().stream()
                    .mapToInt(l -> index(l, names, width))
                    .toArray();
        }
        for (int i = 0; i < names.size(); i++) {
            if (USUAL_LABELS.contains(names.get(i).strip().toLowerCase(Locale.ROOT))) {
                return new int[] {i};
            }
        }
        return new int[] {width - 1};
    }

    private int[] features(DataMapping mapping, List<String> names, int width, int[] label, int group) {
        if (!mapping.features().isEmpty()) {
            return mapping.features().stream()
                    .mapToInt(f -> index(f, names, width))
                    .toArray();
        }
        List<Integer> rest = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            boolean elsewhere = i == group;
            for (int l : label) {
                elsewhere |= l == i;
            }
            if (!elsewhere) {
                rest.add(i);
            }
        }
        if (rest.isEmpty()) {
            throw new InvalidDataException(
                    name + ": " + width + " column (expected: at least one feature beside the label)");
        }
        return rest.stream().mapToInt(Integer::intValue).toArray();
    }

    /** A name, or an index from 0 (negative: from the end) where no column bears it as its name. */
    private int index(String column, List<String> names, int width) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).strip().equals(column)) {
                return i;
            }
        }
        try {
            int index = Integer.parseInt(column);
            if (index >= -width && index < width) {
                return Math.floorMod(index, width);
            }
        } catch (NumberFormatException e) {
            throw unknown(column, names, width, e);
        }
        throw unknown(column, names, width, null);
    }

    private InvalidDataException unknown(String column, List<String> names, int width, @Nullable Exception cause) {
        String expected = "an index below " + width + (names.isEmpty() ? "" : ", or one of " + shortened(names));
        return new InvalidDataException(name + ": no column \"" + column + "\" (expected: " + expected + ")", cause);
    }

    private static String shortened(List<String> names) {
        return names.size() <= 12
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 11)) + ", …, " + names.getLast();
    }

    /** The fields of the next row that is not blank, or null at the end. */
    private @Nullable List<String> next() throws IOException {
        String text = in.readLine();
        line++;
        while (text != null && text.isBlank()) {
            text = in.readLine();
            line++;
        }
        if (text == null) {
            return null;
        }
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        int opened = line;
        int i = 0;
        while (true) {
            if (i == text.length()) {
                if (!quoted) {
                    break;
                }
                text = in.readLine();
                line++;
                if (text == null) {
                    throw new InvalidDataException(
                            name + " line " + opened + ": a quoted field is never closed (expected: a second \")");
                }
                field.append('\n');
                i = 0;
                continue;
            }
            if (field.length() > LONGEST_FIELD || fields.size() > MOST_FIELDS) {
                throw new InvalidDataException(name + " line " + opened + ": a row without end (expected: at most "
                        + MOST_FIELDS + " fields of " + LONGEST_FIELD + " characters)");
            }
            char c = text.charAt(i++);
            if (quoted && c == '"' && i < text.length() && text.charAt(i) == '"') {
                field.append('"');
                i++;
            } else if (c == '"' && (quoted || field.toString().isBlank())) {
                quoted = !quoted;
                field.setLength(quoted ? 0 : field.length());
            } else if (c == delimiter && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
