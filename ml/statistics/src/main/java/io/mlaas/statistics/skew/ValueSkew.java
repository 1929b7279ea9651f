package io.mlaas.statistics.skew;

import io.mlaas.statistics.drift.CountTests;
import io.mlaas.statistics.drift.Frequencies;
import io.mlaas.statistics.drift.NumericalColumn;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Findings about the values of one column. */
final class ValueSkew {
    private static final double LEVEL = 0.01;
    private static final double MOSTLY = 0.95;
    private static final int LONGER = 3;
    private static final int NAMED = 5;

    private final SkewSettings settings;
    private final List<SkewFinding> findings;

    ValueSkew(SkewSettings settings, List<SkewFinding> findings) {
        this.settings = settings;
        this.findings = findings;
    }

    private void add(String column, SkewKind kind, String detail, Object... evidence) {
        findings.add(SkewFinding.of(column, kind, detail, evidence));
    }

    void missing(RawColumn reference, RawColumn current) {
        if (reference.rows() == 0 || current.rows() == 0) {
            return;
        }
        long before = missing(reference);
        long now = missing(current);
        double shareBefore = (double) before / reference.rows();
        double shareNow = (double) now / current.rows();
        Frequencies counts =
                new Frequencies(new long[] {reference.rows() - before, before}, new long[] {current.rows() - now, now});
        if (shareNow - shareBefore >= settings.missing()
                && CountTests.proportions(counts).rejects(LEVEL)) {
            add(
                    current.name(),
                    SkewKind.MISSING_VALUES,
                    "",
                    "missing",
                    now,
                    "share",
                    shareNow,
                    "reference_share",
                    shareBefore);
        }
    }

    private static long missing(RawColumn column) {
        long missing = 0;
        for (int row = 0; row < column.rows(); row++) {
            missing += column.missing(row) ? 1 : 0;
        }
        return missing;
    }

    void numbers(RawColumn.Numbers reference, RawColumn.Numbers current) {
        NumericalColumn before = NumericalColumn.of(reference.values());
        NumericalColumn now = NumericalColumn.of(current.values());
        stuck(reference, current);
        if (before.size() == 0 || now.size() == 0) {
            return;
        }
        SkewFinding unit = UnitChange.find(current.name(), before, now, settings.fit());
        if (unit == null) {
            outOfRange(before, current);
        } else {
            findings.add(unit);
        }
    }

    private void outOfRange(NumericalColumn reference, RawColumn.Numbers current) {
        double least = reference.quantile(0);
        double greatest = reference.quantile(1);
        double margin = (greatest - least) * settings.margin();
        long below = 0;
        long above = 0;
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        long count = 0;
        for (double value : current.values()) {
            if (Double.isNaN(value)) {
                continue;
            }
            count++;
            below += value < least - margin ? 1 : 0;
            above += value > greatest + margin ? 1 : 0;
            lowest = Math.min(lowest, value);
            highest = Math.max(highest, value);
        }
        double share = (double) (below + above) / count;
        if (share > settings.outside()) {
            add(
                    current.name(),
                    SkewKind.OUT_OF_RANGE,
                    "",
                    "below",
                    below,
                    "above",
                    above,
                    "share",
                    share,
                    "least",
                    lowest,
                    "greatest",
                    highest,
                    "reference_least",
                    least,
                    "reference_greatest",
                    greatest);
        }
    }

    private void stuck(RawColumn.Numbers reference, RawColumn.Numbers current) {
        Run before = Run.longest(reference.values());
        Run now = Run.longest(current.values());
        if (now.length() >= Math.max(settings.run(), LONGER * before.length())) {
            add(
                    current.name(),
                    SkewKind.STUCK,
                    "",
                    "value",
                    now.value(),
                    "run",
                    now.length(),
                    "first_row",
                    now.first(),
                    "rows",
                    current.rows(),
                    "reference_run",
                    before.length());
        }
    }

    /** Equal numbers on end. Missing ones end a run. */
    private record Run(int first, int length, double value) {
        static Run longest(double[] values) {
            Run longest = new Run(0, 0, Double.NaN);
            int first = 0;
            for (int i = 0; i < values.length; i++) {
                if (values[i] != values[first]) {
                    first = i;
                }
                if (!Double.isNaN(values[i]) && i - first + 1 > longest.length) {
                    longest = new Run(first, i - first + 1, values[i]);
                }
            }
            return longest;
        }
    }

    void texts(RawColumn.Texts reference, RawColumn.Texts current) {
        double numbersBefore = shareOfNumbers(reference.values());
        double numbersNow = shareOfNumbers(current.values());
        boolean fewer = numbersBefore >= MOSTLY && numbersNow < MOSTLY;
        boolean more = numbersBefore <= 1 - MOSTLY && numbersNow > 1 - MOSTLY;
        if (fewer || more) {
            String detail = fewer ? "numbers are now texts" : "texts are now numbers";
            add(
                    current.name(),
                    SkewKind.VALUE_TYPE,
                    detail,
                    "share_of_numbers",
                    numbersNow,
                    "reference_share_of_numbers",
                    numbersBefore);
        } else {
            newCategories(reference, current);
        }
    }

    private void newCategories(RawColumn.Texts reference, RawColumn.Texts current) {
        Set<@Nullable String> known = new HashSet<>(reference.values());
        if (known.size() > reference.rows() / 2 && known.size() > NAMED) {
            return; // nearly each row has its own: an identifier
        }
        Map<String, Long> unknown = new TreeMap<>();
        long count = 0;
        for (String value : current.values()) {
            count += value == null ? 0 : 1;
            if (value != null && !known.contains(value)) {
                unknown.merge(value, 1L, Long::sum);
            }
        }
        long rows = unknown.values().stream().mapToLong(Long::longValue).sum();
        if (rows > 0 && (double) rows / count > settings.category()) {
            String first =
                    String.join(", ", unknown.keySet().stream().limit(NAMED).toList());
            add(
                    current.name(),
                    SkewKind.NEW_CATEGORY,
                    first,
                    "categories",
                    unknown.size(),
                    "rows",
                    rows,
                    "share",
                    (double) rows / count);
        }
    }

    private static double shareOfNumbers(List<@Nullable String> values) {
        long count = 0;
        long numbers = 0;
        for (String value : values) {
            if (value != null) {
                count++;
                numbers += isNumber(value) ? 1 : 0;
            }
        }
        return count == 0 ? 0 : (double) numbers / count;
    }

    private static boolean isNumber(String text) {
        return text.strip().matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    }
}
