package io.mlaas.monitoring.monitor;

import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.RowId;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.monitoring.rows.RowsBuilder;
import io.mlaas.monitoring.rows.RowsRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads a dataset in CSV with a header, row by row. Empty fields, NA, NaN and null are missing values. */
final class DatasetCsv {
    private static final Set<String> MISSING = Set.of("", "NA", "NaN", "nan", "null", "None");

    private final Layout layout;
    private final DatasetColumns columns;
    private final String path;
    private int[] fieldOf = new int[0];

    /** @param path of the object that names the dataset */
    DatasetCsv(Layout layout, DatasetColumns columns, String path) {
        this.layout = layout;
        this.columns = columns;
        this.path = path;
    }

    /**
     * @param atOnce rows of a block
     * @param blocks each but the last of that size
     * @return how many rows there were
     */
    long read(InputStream in, int atOnce, Consumer<Rows> blocks) throws IOException {
        try (Reader text = new InputStreamReader(in, StandardCharsets.UTF_8);
                CSVParser parser = CSVParser.parse(text, format())) {
            fieldOf = fields(parser.getHeaderNames());
            RowsBuilder rows = new RowsBuilder(layout);
            long count = 0;
            for (CSVRecord csv : parser) {
                add(csv, count, rows);
                count++;
                if (rows.size() == atOnce) {
                    blocks.accept(rows.build());
                    rows = new RowsBuilder(layout);
                }
            }
            if (rows.size() > 0) {
                blocks.accept(rows.build());
            }
            return count;
        } catch (UncheckedIOException | IllegalArgumentException | CSVException e) {
            throw unreadable(e);
        }
    }

    /** Reads no further than the header. */
    void requireColumns(InputStream in) throws IOException {
        try (Reader text = new InputStreamReader(in, StandardCharsets.UTF_8);
                CSVParser parser = CSVParser.parse(text, format())) {
            fieldOf = fields(parser.getHeaderNames());
        } catch (UncheckedIOException | IllegalArgumentException | CSVException e) {
            throw unreadable(e);
        }
    }

    private CSVFormat format() {
        return CSVFormat.RFC4180
                .builder()
                .setDelimiter(columns.delimiter())
                .setHeader()
                .setSkipHeaderRecord(true)
                .setTrim(true)
                .get();
    }

    private RowsRefusedException unreadable(Exception e) {
        return new RowsRefusedException(
                path + ".dataset_id", "not to be read as CSV: " + e.getMessage(), "CSV with a header");
    }

    /** The field of each column, or -1. */
    private int[] fields(List<String> header) {
        Set<String> missing = new HashSet<>();
        int[] found = new int[layout.size()];
        int prediction = 0;
        int target = 0;
        int lower = 0;
        int upper = 0;
        int probability = 0;
        for (int column = 0; column < found.length; column++) {
            Layout.Column of = layout.columns().get(column);
            found[column] = switch (of.role()) {
                case FEATURE -> field(header, of.name(), true, missing);
                case SEGMENT -> field(header, of.name(), false, missing);
                case PREDICTION -> named(header, columns.predictions(), prediction++, missing);
                case TARGET -> named(header, columns.targets(), target++, missing);
                case LOWER -> named(header, columns.lower(), lower++, missing);
                case UPPER -> named(header, columns.upper(), upper++, missing);
                case PROBABILITY -> named(header, columns.probabilities(), probability++, missing);
                case LATENCY, DIGEST -> -1;
            };
        }
        if (!missing.isEmpty()) {
            throw new RowsRefusedException(
                    path + ".dataset_id",
                    "without the columns "
                            + String.join(", ", missing.stream().sorted().toList()),
                    "a column for each feature, and those that are named");
        }
        return found;
    }

    private static int named(List<String> header, List<String> names, int number, Set<String> missing) {
        return number < names.size() ? field(header, names.get(number), true, missing) : -1;
    }

    private static int field(List<String> header, String name, boolean needed, Set<String> missing) {
        int field = header.indexOf(name);
        if (field < 0 && needed) {
            missing.add(name);
        }
        return field;
    }

    private void add(CSVRecord csv, long number, RowsBuilder rows) {
        rows.row(RowId.parse("reference#" + number), number); // the order is kept, times there are none
        for (int column = 0; column < fieldOf.length; column++) {
            int field = fieldOf[column];
            if (field < 0 || field >= csv.size() || MISSING.contains(csv.get(field))) {
                continue;
            }
            if (layout.numeric(column)) {
                rows.set(column, number(csv.get(field)));
            } else if (layout.columns().get(column).role() == Role.FEATURE) {
                rows.set(column, csv.get(field));
            } else {
                rows.set(column, category(csv.get(field)));
            }
        }
    }

    /** Classes are the same text whether they came as 1 or 1.0. */
    private static String category(String text) {
        return text.matches("-?[0-9]{1,15}\\.0+") ? text.substring(0, text.indexOf('.')) : text;
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Rows.NOT_A_NUMBER_GIVEN;
        }
    }
}
