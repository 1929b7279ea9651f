package io.mlaas.monitoring.fleet;

import io.mlaas.monitoring.fleet.FleetView.Category;
import io.mlaas.monitoring.fleet.FleetView.Feature;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.profile.CategoricalProfile;
import io.mlaas.profile.ColumnProfile;
import io.mlaas.profile.DatasetProfile;
import io.mlaas.profile.NumericProfile;
import io.mlaas.profile.ProfileDrift;
import io.mlaas.statistics.drift.ColumnDrift;
import io.mlaas.statistics.drift.ColumnPair;
import io.mlaas.statistics.drift.ColumnRole;
import io.mlaas.statistics.drift.DataDrift;
import io.mlaas.statistics.drift.DatasetDrift;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What can be said of a level's profile beside a reference, with the monitor's tests. */
final class LevelView {
    private static final int MOST_FEATURES = 200;
    private static final int MOST_CATEGORIES = 10;
    /** More numbers than these are compared as this many with the same distribution. */
    private static final int MOST_NUMBERS = 100_000;

    private static final List<String> RANKS = List.of("0", "0.05", "0.25", "0.5", "0.75", "0.95", "1");

    private final Monitor monitor;
    private final DatasetProfile reference;

    LevelView(Monitor monitor, DatasetProfile reference) {
        this.monitor = monitor;
        this.reference = reference;
    }

    FleetView.Profile of(DatasetProfile profile) {
        DatasetDrift drift = drift(profile);
        Map<String, ColumnDrift> tested = new HashMap<>();
        drift.columns().forEach(column -> tested.put(column.name(), column));
        List<Feature> features = new ArrayList<>();
        profile.columns().forEach((name, column) -> features.add(feature(name, column, tested.get(name))));
        features.sort(Comparator.comparing(Feature::drifted)
                .thenComparingDouble(feature -> feature.effect() == null ? 0 : feature.effect())
                .reversed());
        return new FleetView.Profile(
                RollUp.rows(profile),
                profile.arrivals().first(),
                profile.arrivals().last(),
                drift.drift(),
                drift.drifted(),
                drift.tested(),
                drift.share(),
                features.size(),
                features.stream().limit(MOST_FEATURES).toList());
    }

    private DatasetDrift drift(DatasetProfile profile) {
        int least = monitor.document().tests().minRows();
        List<String> names = profile.columns().entrySet().stream()
                .filter(column -> enough(column.getValue(), least) && enough(reference.column(column.getKey()), least))
                .map(Map.Entry::getKey)
                .toList();
        return new DataDrift(monitor.document().tests().settings())
                .dataset(
                        names.size(),
                        i -> new ColumnPair(
                                names.get(i),
                                ColumnRole.FEATURE,
                                ProfileDrift.column(column(reference, names.get(i)), MOST_NUMBERS),
                                ProfileDrift.column(column(profile, names.get(i)), MOST_NUMBERS)));
    }

    private static ColumnProfile column(DatasetProfile profile, String name) {
        return java.util.Objects.requireNonNull(profile.column(name));
    }

    private static boolean enough(@Nullable ColumnProfile column, int least) {
        return column != null && column.rows() - column.missing() >= least;
    }

    private static Feature feature(String name, ColumnProfile column, @Nullable ColumnDrift drift) {
        ColumnDrift.Tested tested = drift instanceof ColumnDrift.Tested known ? known : null;
        String reason = drift instanceof ColumnDrift.NotTested untested
                ? untested.reason()
                : drift == null ? "too few rows here or in the reference" : null;
        NumericProfile numbers = column instanceof NumericProfile numeric ? numeric : null;
        return new Feature(
                name,
                numbers == null ? column.rows() - column.missing() : numbers.count(),
                column.missing(),
                numbers == null ? 0 : numbers.nan() + numbers.infinite(),
                column.distinct(),
                numbers == null ? null : finite(numbers.mean()),
                numbers == null ? null : finite(numbers.deviation()),
                numbers == null || numbers.count() == 0 ? null : quantiles(numbers),
                column instanceof CategoricalProfile categories ? categories(categories) : null,
                tested != null && tested.verdict(),
                tested == null ? null : tested.method().id(),
                tested == null ? null : finite(tested.score()),
                tested == null ? null : finite(tested.effect()),
                reason);
    }

    private static SortedMap<String, Double> quantiles(NumericProfile numbers) {
        SortedMap<String, Double> quantiles = new TreeMap<>();
        RANKS.forEach(rank -> quantiles.put(rank, numbers.quantile(Double.parseDouble(rank))));
        return quantiles;
    }

    private static List<Category> categories(CategoricalProfile profile) {
        return profile.counts().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(MOST_CATEGORIES)
                .map(entry -> new Category(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** JSON has no other numbers. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
