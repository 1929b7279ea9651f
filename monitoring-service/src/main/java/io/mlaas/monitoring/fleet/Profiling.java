package io.mlaas.monitoring.fleet;

import io.mlaas.monitoring.monitor.Schema;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.profile.CategoricalProfile;
import io.mlaas.profile.DatasetProfile;
import io.mlaas.profile.NumericProfile;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Profiles of the features of some rows. */
final class Profiling {
    private final Schema schema;
    private final Rows rows;

    Profiling(Schema schema, Rows rows) {
        this.schema = schema;
        this.rows = rows;
    }

    /** Rows in the order of event time, and of their ids where that is the same. */
    int[] inTime(int[] selection) {
        Integer[] order = new Integer[selection.length];
        Arrays.setAll(order, i -> selection[i]);
        Arrays.sort(order, Comparator.comparingLong(rows::micros));
        return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
    }

    /**
     * @param selection rows in the order in which they happened
     * @param k the accuracy of quantiles: they are exact of at most so many rows
     */
    DatasetProfile of(int[] selection, int k) {
        DatasetProfile profile = new DatasetProfile(k);
        List<Schema.Feature> features = schema.features();
        for (int column = 0; column < features.size(); column++) {
            Schema.Feature feature = features.get(column);
            if (feature.type() == Schema.Type.NUMERIC) {
                numbers(column, selection, profile.numeric(feature.name()));
            } else {
                categories(column, selection, profile.categorical(feature.name()));
            }
        }
        return profile;
    }

    /** With when the rows happened. */
    DatasetProfile timed(int[] selection, int k) {
        DatasetProfile profile = of(selection, k);
        for (int row : selection) {
            profile.arrivals().add(Instant.EPOCH.plus(rows.micros(row), ChronoUnit.MICROS));
        }
        return profile;
    }

    /** The same with fewer quantiles, which costs less than to look at the rows again. */
    DatasetProfile smaller(DatasetProfile profile, int k) {
        DatasetProfile smaller = of(new int[0], k);
        smaller.merge(profile);
        return smaller;
    }

    private void numbers(int column, int[] selection, NumericProfile into) {
        double[] values = rows.numbers(column);
        for (int row : selection) {
            double value = values[row];
            if (Double.isNaN(value) && !Rows.wrongType(value)) {
                into.addMissing();
            } else {
                into.add(value);
            }
        }
    }

    private void categories(int column, int[] selection, CategoricalProfile into) {
        int[] codes = rows.codes(column);
        int[] sorted = new int[selection.length];
        for (int i = 0; i < selection.length; i++) {
            sorted[i] = codes[selection[i]];
        }
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; ) {
            int code = sorted[i];
            int from = i;
            while (i < sorted.length && sorted[i] == code) {
                if (code < 0) {
                    into.addMissing();
                }
                i++;
            }
            if (code >= 0) {
                into.add(rows.dictionary(column)[code], i - from);
            }
        }
    }
}
