package io.mlaas.monitoring.monitor;

import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.RowId;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.monitoring.rows.RowsBuilder;
import io.mlaas.monitoring.rows.RowsRefusedException;
import io.mlaas.monitoring.rows.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads a dataset in CSV with a header, row by row. Empty fields, NA, NaN and null are missing values. */
final class ReferenceCsv {
    private static final String PATH = "$.reference";
    private static final int AT_ONCE = 10_000;
    private static final Set<String> MISSING = Set.of("", "NA", "NaN", "nan", "null", "None");

    private final Layout layout;
    private final DatasetColumns columns;
    private int[] fieldOf = new int[0];

    ReferenceCsv(Layout layout, DatasetColumns columns) {
        this.layout = layout;
        this.columns = columns;
    }

    /** @return how many rows there were */
    long read(InputStream in, Sample sample) throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setDelimiter(columns.delimiter())
                .setHeader()
                .setSkipHeaderRecord(true)
                .setTrim(true)
                .get();
        try (Reader text = new InputStreamReader(in, StandardCharsets.UTF_8);
                CSVParser parser = CSVParser.parse(text, format)) {
            fieldOf = fields(parser.getHeaderNames());
            RowsBuilder rows = new RowsBuilder(layout);
            long count = 0;
            for (CSVRecord csv : parser) {
                add(csv, count, rows);
                count++;
                if (rows.size() == AT_ONCE) {
                    sample.add(rows.build(), true);
                    rows = new RowsBuilder(layout);
                }
            }
            sample.add(rows.build(), true);
            return count;
        } catch (UncheckedIOException | IllegalArgumentException | CSVException e) {
            throw new RowsRefusedException(
                    PATH + ".dataset_id", "not to be read as CSV: " + e.getMessage(), "CSV with a header");
        }
    }

    /** The field of each column, or -1. */
    private int[] fields(List<String> header) {
        Set<String> missing = new HashSet<>();
        int[] found = new int[layout.size()];
        int prediction = 0;
        int target = 0;
        int probability = 0;
        for (int column = 0; column < found.length; column++) {
            Layout.Column of = layout.columns().get(column);
            found[column] = switch (of.role()) {
                case FEATURE -> field(header, of.name(), true, missing);
                case SEGMENT -> field(header, of.name(), false, missing);
                case PREDICTION -> named(header, columns.predictions(), prediction++, missing);
                case TARGET -> named(header, columns.targets(), target++, missing);
                case PROBABILITY -> named(header, columns.probabilities(), probability++, missing);
                case LATENCY, DIGEST -> -1;
            };
        }
        if (!missing.isEmpty()) {
            throw new RowsRefusedException(
                    PATH + ".dataset_id",
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
