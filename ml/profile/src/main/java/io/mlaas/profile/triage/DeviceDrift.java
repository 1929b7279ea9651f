package io.mlaas.profile.triage;

import io.mlaas.profile.ColumnProfile;
import io.mlaas.profile.DatasetProfile;
import io.mlaas.profile.ProfileDrift;
import io.mlaas.statistics.drift.Column;
import io.mlaas.statistics.drift.ColumnDrift;
import io.mlaas.statistics.drift.ColumnPair;
import io.mlaas.statistics.drift.ColumnRole;
import io.mlaas.statistics.drift.DataDrift;
import io.mlaas.statistics.drift.DriftMethod;
import io.mlaas.statistics.drift.DriftSettings;
import io.mlaas.statistics.drift.EffectRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Every feature of every device against its reference: by Cramér and von Mises' test of numbers and χ² of categories, corrected for
 * all of these tests together, and only where the effect is large enough to matter.
 */
final class DeviceDrift {
    /** Of the corrected p-values. */
    private static final double LEVEL = .01;
    /** Rows of one window are seldom independent, so that p-values alone say too much. */
    private static final double LEAST_EFFECT = .2;

    private static final int LEAST_ROWS = 10;
    private static final int MOST_ROWS = 10_000;
    private static final DriftSettings SETTINGS = DriftSettings.DEFAULT
            .with(DriftMethod.CRAMER_VON_MISES, DriftMethod.CHI_SQUARE)
            .with(DriftSettings.Correction.BENJAMINI_HOCHBERG)
            .with(EffectRule.NONE)
            .withParallelism(Runtime.getRuntime().availableProcessors());

    private record Place(String device, String feature) {}

    private DeviceDrift() {}

    /** The effects of what drifted: by device, then by feature. Devices without drift are not there. */
    static SortedMap<String, SortedMap<String, Double>> of(Fleet fleet) {
        List<Place> places = new ArrayList<>();
        new TreeMap<>(fleet.devices())
                .forEach((device, window) -> fleet.reference(device).columns().forEach((feature, before) -> {
                    ColumnProfile now = window.column(feature);
                    if (now != null && now.getClass() == before.getClass() && enough(now) && enough(before)) {
                        places.add(new Place(device, feature));
                    }
                }));
        Map<ColumnProfile, Column> references = new HashMap<>();
        for (Place place : places) {
            references.computeIfAbsent(before(fleet, place), profile -> ProfileDrift.column(profile, MOST_ROWS));
        }
        var drift = new DataDrift(SETTINGS).dataset(places.size(), i -> {
            Place place = places.get(i);
            Column now = ProfileDrift.column(
                    column(Objects.requireNonNull(fleet.devices().get(place.device)), place.feature), MOST_ROWS);
            Column reference = Objects.requireNonNull(references.get(before(fleet, place)));
            return new ColumnPair(place.feature, ColumnRole.FEATURE, reference, now);
        });
        SortedMap<String, SortedMap<String, Double>> found = new TreeMap<>();
        for (int i = 0; i < places.size(); i++) {
            if (drift.columns().get(i) instanceof ColumnDrift.Tested tested
                    && tested.adjusted() <= LEVEL
                    && tested.effect() >= LEAST_EFFECT) {
                Place place = places.get(i);
                found.computeIfAbsent(place.device, key -> new TreeMap<>()).put(place.feature, tested.effect());
            }
        }
        return found;
    }

    private static ColumnProfile before(Fleet fleet, Place place) {
        return column(fleet.reference(place.device), place.feature);
    }

    private static ColumnProfile column(DatasetProfile profile, String feature) {
        ColumnProfile column = profile.column(feature);
        if (column == null) {
            throw new IllegalArgumentException("column " + feature + ": not there (expected: in the profile)");
        }
        return column;
    }

    private static boolean enough(ColumnProfile column) {
        return column.rows() - column.missing() >= LEAST_ROWS;
    }
}
