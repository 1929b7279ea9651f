package io.mlaas.statistics.skew;

import io.mlaas.statistics.drift.ColumnType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares the columns of the current data with those of the reference. */
public final class SkewReport {
    private final SkewSettings settings;

    public SkewReport(SkewSettings settings) {
        this.settings = settings;
    }

    /** Columns that are missing, new, or of another type. */
    public static List<SkewFinding> schema(Map<String, ColumnType> reference, Map<String, ColumnType> current) {
        List<SkewFinding> findings = new ArrayList<>();
        reference.forEach((name, type) -> {
            ColumnType now = current.get(name);
            if (now == null) {
                findings.add(SkewFinding.of(name, SkewKind.MISSING_COLUMN, type.name()));
            } else if (now != type) {
                findings.add(SkewFinding.of(name, SkewKind.TYPE_CHANGED, type + " to " + now));
            }
        });
        current.forEach((name, type) -> {
            if (!reference.containsKey(name)) {
                findings.add(SkewFinding.of(name, SkewKind.NEW_COLUMN, type.name()));
            }
        });
        return findings;
    }

    /**
     * One column. Without times there are no gaps; with them they are those of the rows, in milliseconds and ascending.
     *
     * @throws IllegalArgumentException if there are not as many times as rows
     */
    public List<SkewFinding> column(
            RawColumn reference, long @Nullable [] referenceTimes, RawColumn current, long @Nullable [] currentTimes) {
        if (!reference.name().equals(current.name())) {
            throw new IllegalArgumentException("current: " + current.name() + " (expected: " + reference.name() + ")");
        }
        List<SkewFinding> findings = new ArrayList<>();
        if (reference.type() != current.type()) {
            String change = reference.type() + " to " + current.type();
            findings.add(SkewFinding.of(current.name(), SkewKind.TYPE_CHANGED, change));
            return findings;
        }
        ValueSkew values = new ValueSkew(settings, findings);
        values.missing(reference, current);
        if (referenceTimes != null && currentTimes != null) {
            TimeSkew.gaps(settings, reference, referenceTimes, current, currentTimes, findings);
        }
        switch (current) {
            case RawColumn.Numbers numbers -> values.numbers((RawColumn.Numbers) reference, numbers);
            case RawColumn.Texts texts -> values.texts((RawColumn.Texts) reference, texts);
        }
        return findings;
    }
}
