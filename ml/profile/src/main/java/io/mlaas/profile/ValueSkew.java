package io.mlaas.profile;

import static io.mlaas.profile.Skew.Kind.COLUMN_GONE;
import static io.mlaas.profile.Skew.Kind.COLUMN_NEW;
import static io.mlaas.profile.Skew.Kind.GAP;
import static io.mlaas.profile.Skew.Kind.MISSING;
import static io.mlaas.profile.Skew.Kind.NEW_CATEGORY;
import static io.mlaas.profile.Skew.Kind.NOT_FINITE;
import static io.mlaas.profile.Skew.Kind.OUT_OF_RANGE;
import static io.mlaas.profile.Skew.Kind.STUCK;
import static io.mlaas.profile.Skew.Kind.TYPE_CHANGED;
import static io.mlaas.profile.Skew.Kind.UNIT_CHANGED;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Schema skew and value skew between two profiles. Thresholds are those of the constants here. */
public final class ValueSkew {
    /** By how much the share of missing values must grow. */
    private static final double MORE_MISSING = .05;

    private static final double MORE_NOT_FINITE = .01;
    /** Values beyond the reference's range by this part of it are out of range … */
    private static final double MARGIN = .1;
    /** … if they are this share of all. */
    private static final double OUTSIDE = .01;

    private static final int LEAST_OUTSIDE = 5;

    private static final int LEAST_RUN = 10;
    private static final double RUN_SHARE = .2;
    private static final double LONGER = 5;
    private static final double USUAL = .2;
    private static final double GAP_OVER_SPACING = 10;

    private final DatasetProfile reference;
    private final DatasetProfile current;
    private final List<Skew> found = new ArrayList<>();

    private ValueSkew(DatasetProfile reference, DatasetProfile current) {
        this.reference = reference;
        this.current = current;
    }

    /** By column, then by kind. */
    public static List<Skew> between(DatasetProfile reference, DatasetProfile current) {
        ValueSkew skew = new ValueSkew(reference, current);
        reference.columns().forEach(skew::column);
        for (String name : current.columns().keySet()) {
            if (reference.column(name) == null) {
                skew.add(COLUMN_NEW, name, 0, 1, "%s is new: the reference does not have it".formatted(name));
            }
        }
        skew.gap();
        return List.copyOf(skew.found);
    }

    private void add(Skew.Kind kind, String column, double before, double now, String sentence) {
        found.add(new Skew(kind, column, before, now, sentence));
    }

    private void column(String name, ColumnProfile before) {
        ColumnProfile now = current.column(name);
        if (now == null || now.rows() == 0) {
            add(COLUMN_GONE, name, 1, 0, "%s is not there any more".formatted(name));
            return;
        }
        double missingBefore = share(before.missing(), before.rows());
        double missing = share(now.missing(), now.rows());
        if (missing - missingBefore >= MORE_MISSING) {
            add(
                    MISSING,
                    name,
                    missingBefore,
                    missing,
                    "%s is missing in %s of the rows (reference: %s)"
                            .formatted(name, percent(missing), percent(missingBefore)));
        }
        if (before instanceof NumericProfile x && now instanceof NumericProfile y) {
            numbers(name, x, y);
        } else if (before instanceof CategoricalProfile x && now instanceof CategoricalProfile y) {
            categories(name, x, y);
        } else {
            add(TYPE_CHANGED, name, 0, 1, "%s changed between numbers and categories".formatted(name));
        }
    }

    private void numbers(String name, NumericProfile before, NumericProfile now) {
        double notFiniteBefore = share(before.nan() + before.infinite(), before.rows());
        double notFinite = share(now.nan() + now.infinite(), now.rows());
        if (notFinite - notFiniteBefore >= MORE_NOT_FINITE) {
            add(
                    NOT_FINITE,
                    name,
                    notFiniteBefore,
                    notFinite,
                    "%s is NaN or infinite in %s of the rows (reference: %s)"
                            .formatted(name, percent(notFinite), percent(notFiniteBefore)));
        }
        if (before.count() == 0 || now.count() == 0) {
            return;
        }
        stuck(name, before, now);
        outOfRange(name, before, now);
        UnitChange change = UnitChange.between(before, now);
        if (change != null) {
            add(
                    UNIT_CHANGED,
                    name,
                    1,
                    change.factor(),
                    "%s looks like another unit: the reference times %s%s"
                            .formatted(
                                    name,
                                    number(change.factor()),
                                    change.offset() == 0 ? "" : " plus " + number(change.offset())));
        }
    }

    private void stuck(String name, NumericProfile before, NumericProfile now) {
        long run = now.longestRun();
        if (run >= LEAST_RUN
                && run >= RUN_SHARE * now.count()
                && run >= LONGER * before.longestRun()
                && !usual(before, now.longestRunValue())) {
            add(
                    STUCK,
                    name,
                    (double) before.longestRun(),
                    (double) run,
                    "%s was stuck at %s for %d of %d rows (reference: %d at most)"
                            .formatted(name, number(now.longestRunValue()), run, now.count(), before.longestRun()));
        }
    }

    /** A pump that is off is not stuck: one of few numbers, which the reference often has. */
    private static boolean usual(NumericProfile before, double value) {
        if (!before.few().complete()) {
            return false;
        }
        double[] values = before.few().values();
        long[] counts = before.few().counts();
        for (int i = 0; i < values.length; i++) {
            if (values[i] == value) {
                return counts[i] >= USUAL * before.count();
            }
        }
        return false;
    }

    private void outOfRange(String name, NumericProfile before, NumericProfile now) {
        double margin = MARGIN * (before.max() - before.min());
        double least = before.min() - margin;
        double greatest = before.max() + margin;
        double outside = now.rank(Math.nextDown(least)) + 1 - now.rank(greatest);
        if (outside >= OUTSIDE && outside * now.count() >= LEAST_OUTSIDE) {
            add(
                    OUT_OF_RANGE,
                    name,
                    0,
                    outside,
                    "%s is beyond %s to %s in %s of the rows (%s to %s)"
                            .formatted(
                                    name,
                                    number(before.min()),
                                    number(before.max()),
                                    percent(outside),
                                    number(now.min()),
                                    number(now.max())));
        }
    }

    private void categories(String name, CategoricalProfile before, CategoricalProfile now) {
        if (before.countError() > 0 || before.count() == 0) {
            return; // not all of the reference's categories are known
        }
        Map<String, Long> fresh = new TreeMap<>(now.counts());
        fresh.keySet().removeAll(before.counts().keySet());
        if (!fresh.isEmpty()) {
            long rows = fresh.values().stream().mapToLong(Long::longValue).sum();
            double share = share(rows, now.rows());
            add(
                    NEW_CATEGORY,
                    name,
                    0,
                    share,
                    "%s has %d categories that the reference does not have, in %s of the rows, such as \"%s\""
                            .formatted(
                                    name,
                                    fresh.size(),
                                    percent(share),
                                    fresh.keySet().iterator().next()));
        }
    }

    private void gap() {
        Arrivals before = reference.arrivals();
        Arrivals now = current.arrivals();
        if (before.count() < 2 || now.count() < 2) {
            return;
        }
        double spacing = (double) before.span().toMillis() / (before.count() - 1);
        double gap = now.longestGap().toMillis();
        double known = before.longestGap().toMillis();
        if (gap >= GAP_OVER_SPACING * spacing && gap >= LONGER * known) {
            String sentence = "no row came for %s (reference: %s at most)"
                    .formatted(Duration.ofMillis((long) gap), before.longestGap());
            add(GAP, "", known, gap, sentence);
        }
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
