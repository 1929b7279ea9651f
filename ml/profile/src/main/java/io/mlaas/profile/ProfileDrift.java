package io.mlaas.profile;

import io.mlaas.statistics.drift.Column;
import io.mlaas.statistics.drift.ColumnPair;
import io.mlaas.statistics.drift.ColumnRole;
import io.mlaas.statistics.drift.DataDrift;
import io.mlaas.statistics.drift.DatasetDrift;
import io.mlaas.statistics.drift.DriftSettings;
import java.util.List;
import java.util.Map;

/**
 * The tests of {@code io.mlaas.statistics.drift} between two profiles, with their methods, thresholds and rules. Categories, and
 * numbers up to a profile's k values or 64 different ones, are compared exactly as the rows would be. Beyond that the profile's
 * quantiles stand for the numbers: a column comes out differently only where its score is within the sketch's error of the
 * threshold. More than 1,048,576 numbers are compared as that many.
 */
public final class ProfileDrift {
    private final DriftSettings settings;

    public ProfileDrift(DriftSettings settings) {
        this.settings = settings;
    }

    /** All columns of the reference, as features. */
    public DatasetDrift compare(DatasetProfile reference, DatasetProfile current) {
        return compare(reference, current, Map.of());
    }

    /**
     * All columns of the reference, by name. One that the current profile lacks, or has as another kind, is not tested.
     *
     * @param roles of columns that are not features
     */
    public DatasetDrift compare(DatasetProfile reference, DatasetProfile current, Map<String, ColumnRole> roles) {
        List<Map.Entry<String, ColumnProfile>> columns =
                List.copyOf(reference.columns().entrySet());
        return new DataDrift(settings).dataset(columns.size(), i -> {
            String name = columns.get(i).getKey();
            ColumnProfile before = columns.get(i).getValue();
            ColumnProfile now = current.column(name);
            Column after = now == null ? ProfileColumns.none(before) : column(now, ProfileColumns.MOST);
            ColumnRole role = roles.getOrDefault(name, ColumnRole.FEATURE);
            return new ColumnPair(name, role, column(before, ProfileColumns.MOST), after);
        });
    }

    /**
     * What the tests take of a profile.
     *
     * @param most more numbers than these come out as so many, with the same distribution
     */
    public static Column column(ColumnProfile profile, int most) {
        return ProfileColumns.of(profile, most);
    }
}
