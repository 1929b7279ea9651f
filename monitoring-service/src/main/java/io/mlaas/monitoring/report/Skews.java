package io.mlaas.monitoring.report;

import io.mlaas.monitoring.monitor.Schema;
import io.mlaas.monitoring.rows.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Values that are not what the schema says. */
final class Skews {
    private static final int MOST_NAMED = 10;

    private Skews() {}

    static List<Report.Skew> of(Schema schema, Rows rows, ReferenceProfile reference) {
        List<Report.Skew> found = new ArrayList<>();
        for (int column = 0; column < schema.features().size(); column++) {
            Schema.Feature feature = schema.features().get(column);
            Report.Skew skew = feature.type() == Schema.Type.NUMERIC
                    ? ofNumbers(feature, rows.numbers(column))
                    : ofCategories(feature, rows, reference, column);
            if (skew.missing() + skew.wrongType() + skew.outOfRange() + skew.unknownRows() > 0) {
                found.add(skew);
            }
        }
        return found;
    }

    private static Report.Skew ofNumbers(Schema.Feature feature, double[] values) {
        long missing = 0;
        long wrongType = 0;
        long outOfRange = 0;
        Double least = feature.least();
        Double most = feature.most();
        for (double value : values) {
            if (Rows.wrongType(value)) {
                wrongType++;
            } else if (Double.isNaN(value)) {
                missing++;
            } else if ((least != null && value < least) || (most != null && value > most)) {
                outOfRange++;
            }
        }
        return new Report.Skew(feature.name(), missing, wrongType, outOfRange, 0, List.of());
    }

    private static Report.Skew ofCategories(Schema.Feature feature, Rows rows, ReferenceProfile reference, int column) {
        Set<String> known = feature.values().isEmpty() ? reference.categories(column) : Set.copyOf(feature.values());
        long missing = 0;
        long unknownRows = 0;
        TreeSet<String> unknown = new TreeSet<>();
        for (int row = 0; row < rows.size(); row++) {
            String value = rows.category(column, row);
            if (value == null) {
                missing++;
            } else if (!known.contains(value)) {
                unknownRows++;
                unknown.add(value);
            }
        }
        return new Report.Skew(
                feature.name(),
                missing,
                0,
                0,
                unknownRows,
                unknown.stream().limit(MOST_NAMED).toList());
    }
}
