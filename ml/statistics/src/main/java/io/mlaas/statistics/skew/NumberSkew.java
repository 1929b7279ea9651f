package io.mlaas.statistics.skew;

import static io.mlaas.statistics.skew.SkewReport.number;
import static io.mlaas.statistics.skew.SkewReport.percent;
import static io.mlaas.statistics.skew.SkewReport.share;

import io.mlaas.statistics.skew.ColumnFacts.Numbers;
import io.mlaas.statistics.skew.ColumnFacts.Run;
import io.mlaas.statistics.skew.SkewReport.Limits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Findings about the numbers of one column. */
final class NumberSkew {
    private static final int LONGER = 3;
    private static final double USUAL = 0.2;

    private final SkewSettings settings;
    private final String name;
    private final List<SkewFinding> findings;

    NumberSkew(SkewSettings settings, String name, List<SkewFinding> findings) {
        this.settings = settings;
        this.name = name;
        this.findings = findings;
    }

    private void add(SkewKind kind, double before, double now, long rows, String sentence) {
        findings.add(new SkewFinding(kind, name, before, now, rows, sentence));
    }

    void find(Numbers reference, Numbers current, Limits limits) {
        texts(reference, current);
        notFinite(reference, current);
        if (current.count() == 0) {
            return;
        }
        if (reference.count() > 0) {
            if (!usual(reference, current.run().value())) {
                stuck(reference.run(), current.run());
            }
            SkewFinding unit = UnitChange.find(name, reference, current, settings.fit());
            if (unit != null) {
                findings.add(unit);
                return;
            }
        }
        outOfRange(reference, current, limits);
    }

    private void texts(Numbers reference, Numbers current) {
        if (current.texts() > 0) {
            double before = share(reference.texts(), reference.rows());
            double now = share(current.texts(), current.rows());
            String sentence =
                    "%s is no number in %s of the rows (reference: %s)".formatted(name, percent(now), percent(before));
            add(SkewKind.VALUE_TYPE, before, now, current.texts(), sentence);
        }
    }

    private void notFinite(Numbers reference, Numbers current) {
        double before = share(reference.notFinite(), reference.rows());
        double now = share(current.notFinite(), current.rows());
        if (now - before >= settings.notFinite()) {
            String sentence = "%s is NaN or infinite in %s of the rows (reference: %s)"
                    .formatted(name, percent(now), percent(before));
            add(SkewKind.NOT_FINITE, before, now, current.notFinite(), sentence);
        }
    }

    /** A pump that is off is not stuck: a number that the reference often has. */
    private static boolean usual(Numbers reference, double value) {
        return 1 - reference.outside(value, value) >= USUAL;
    }

    private void stuck(Run before, Run now) {
        if (now.length() >= Math.max(settings.run(), LONGER * before.length())
                && now.length() >= settings.runShare() * now.rows()) {
            String sentence = "%s was stuck at %s for %d of %d rows%s (reference: %d at most)"
                    .formatted(
                            name,
                            number(now.value()),
                            now.length(),
                            now.rows(),
                            now.of().isEmpty() ? "" : " of " + now.of(),
                            before.length());
            add(SkewKind.STUCK, before.share(), now.share(), now.length(), sentence);
        }
    }

    private void outOfRange(Numbers reference, Numbers current, Limits limits) {
        Double least = limits.least();
        Double greatest = limits.greatest();
        if (least == null && greatest == null) {
            if (reference.count() > 0) {
                beyondReference(reference, current);
            }
            return;
        }
        double low = orElse(least, Double.NEGATIVE_INFINITY);
        double high = orElse(greatest, Double.POSITIVE_INFINITY);
        double outside = current.outside(low, high);
        if (outside > 0) {
            double before = reference.count() == 0 ? 0 : reference.outside(low, high);
            outside(least, greatest, before, outside, current, "the schema's");
        }
    }

    private static double orElse(@Nullable Double limit, double none) {
        return limit == null ? none : limit;
    }

    private void beyondReference(Numbers reference, Numbers current) {
        double margin = settings.margin() * (reference.greatest() - reference.least());
        double outside = current.outside(reference.least() - margin, reference.greatest() + margin);
        if (outside > settings.outside() && Math.round(outside * current.count()) >= settings.outsideRows()) {
            outside(reference.least(), reference.greatest(), 0, outside, current, "the reference's");
        }
    }

    private void outside(
            @Nullable Double least,
            @Nullable Double greatest,
            double before,
            double outside,
            Numbers current,
            String whose) {
        String sentence = "%s is beyond %s %s to %s in %s of the rows (%s to %s)"
                .formatted(
                        name,
                        whose,
                        least == null ? "…" : number(least),
                        greatest == null ? "…" : number(greatest),
                        percent(outside),
                        number(current.least()),
                        number(current.greatest()));
        add(SkewKind.OUT_OF_RANGE, before, outside, Math.round(outside * current.count()), sentence);
    }
}
