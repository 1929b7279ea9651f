package io.mlaas.statistics.skew;

import static io.mlaas.statistics.skew.SkewKind.GAP;
import static io.mlaas.statistics.skew.SkewKind.MISSING_COLUMN;
import static io.mlaas.statistics.skew.SkewKind.MISSING_VALUES;
import static io.mlaas.statistics.skew.SkewKind.NEW_COLUMN;
import static io.mlaas.statistics.skew.SkewKind.TYPE_CHANGED;

import io.mlaas.statistics.drift.ColumnType;
import io.mlaas.statistics.drift.CountTests;
import io.mlaas.statistics.drift.Frequencies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares the columns of the current data with those of the reference, and with what somebody says they should be. */
public final class SkewReport {
    private static final double LEVEL = 0.01;
    private static final double LONGER = 2;

    private final SkewSettings settings;

    public SkewReport(SkewSettings settings) {
        this.settings = settings;
    }

    /**
     * What somebody says a column's values should be: any other value is a finding, also where the reference has some.
     *
     * @param least the smallest number, or null
     * @param greatest the greatest one, or null
     * @param names all there may be; empty if the reference decides
     */
    public record Limits(@Nullable Double least, @Nullable Double greatest, List<String> names) {
        public static final Limits NONE = new Limits(null, null, List.of());
    }

    /** Columns that are missing, new, or of another type. */
    public static List<SkewFinding> schema(Map<String, ColumnType> reference, Map<String, ColumnType> current) {
        List<SkewFinding> findings = new ArrayList<>();
        reference.forEach((name, type) -> {
            ColumnType now = current.get(name);
            if (now == null) {
                findings.add(gone(name, 0));
            } else if (now != type) {
                findings.add(typeChanged(name, type, now));
            }
        });
        current.forEach((name, type) -> {
            if (!reference.containsKey(name)) {
                String sentence = "%s is new: the reference does not have it".formatted(name);
                findings.add(new SkewFinding(NEW_COLUMN, name, 0, 1, 0, sentence));
            }
        });
        return findings;
    }

    private static SkewFinding gone(String name, long rows) {
        return new SkewFinding(MISSING_COLUMN, name, 0, 1, rows, "%s is not there any more".formatted(name));
    }

    private static SkewFinding typeChanged(String name, ColumnType before, ColumnType now) {
        return new SkewFinding(TYPE_CHANGED, name, 0, 1, 0, "%s changed from %s to %s".formatted(name, before, now));
    }

    public List<SkewFinding> column(String name, ColumnFacts reference, ColumnFacts current) {
        return column(name, reference, current, Limits.NONE);
    }

    public List<SkewFinding> column(String name, ColumnFacts reference, ColumnFacts current, Limits limits) {
        List<SkewFinding> findings = new ArrayList<>();
        if (reference.type() != current.type()) {
            findings.add(typeChanged(name, reference.type(), current.type()));
            return findings;
        }
        if (reference.rows() == 0 || current.rows() == 0) {
            return findings;
        }
        if (current.missing() == current.rows() && reference.missing() < reference.rows()) {
            findings.add(gone(name, current.rows()));
            return findings;
        }
        missing(name, reference, current, findings);
        switch (current) {
            case ColumnFacts.Numbers numbers ->
                new NumberSkew(settings, name, findings).find((ColumnFacts.Numbers) reference, numbers, limits);
            case ColumnFacts.Names names ->
                new NameSkew(settings, name, findings).find((ColumnFacts.Names) reference, names, limits);
        }
        return findings;
    }

    private void missing(String name, ColumnFacts reference, ColumnFacts current, List<SkewFinding> findings) {
        double before = share(reference.missing(), reference.rows());
        double now = share(current.missing(), current.rows());
        if (now - before < settings.missing()) {
            return;
        }
        Frequencies counts = new Frequencies(
                new long[] {reference.rows() - reference.missing(), reference.missing()},
                new long[] {current.rows() - current.missing(), current.missing()});
        if (reference.missing() == 0 || CountTests.proportions(counts).rejects(LEVEL)) {
            String sentence =
                    "%s is missing in %s of the rows (reference: %s)".formatted(name, percent(now), percent(before));
            findings.add(new SkewFinding(MISSING_VALUES, name, before, now, current.missing(), sentence));
        }
    }

    /**
     * A time without any value that is longer than it should be.
     *
     * @param name of the column; empty for the rows as a whole
     */
    public @Nullable SkewFinding gap(String name, Steps reference, Steps current) {
        if (reference.count() == 0 || current.count() == 0 || reference.usual() <= 0) {
            return null;
        }
        double allowed = Math.max(settings.gap() * reference.usual(), LONGER * reference.longest());
        if (current.longest() <= allowed) {
            return null;
        }
        String sentence = "%s came for %s (usually every %s)"
                .formatted(
                        name.isEmpty() ? "no row" : "no value of " + name,
                        Duration.ofMillis(current.longest()),
                        Duration.ofMillis(Math.round(reference.usual())));
        return new SkewFinding(GAP, name, reference.longest(), current.longest(), 0, sentence);
    }

    static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, share > 0 && share < 0.0005 ? "%.1g %%" : "%.1f %%", 100 * share);
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
