package io.mlaas.statistics.drift;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How often each category of a column occurs. */
public final class CategoricalColumn implements Column {
    private final SortedMap<String, Long> counts;
    private final long size;
    private final long dropped;

    private CategoricalColumn(SortedMap<String, Long> counts, long dropped) {
        this.counts = counts;
        this.dropped = dropped;
        size = counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Of values; null is a missing one. */
    public static CategoricalColumn of(Iterable<@Nullable String> values) {
        SortedMap<String, Long> counts = new TreeMap<>();
        long missing = 0;
        for (String value : values) {
            if (value == null) {
                missing++;
            } else {
                counts.merge(value, 1L, Long::sum);
            }
        }
        return new CategoricalColumn(counts, missing);
    }

    /** Of counts that somebody else made; a category with 0 is left out. */
    public static CategoricalColumn of(Map<String, Long> counts, long missing) {
        SortedMap<String, Long> sorted = new TreeMap<>();
        counts.forEach((category, count) -> {
            if (count < 0) {
                throw new IllegalArgumentException("counts[" + category + "]: " + count + " (expected: >= 0)");
            }
            if (count > 0) {
                sorted.put(category, count);
            }
        });
        return new CategoricalColumn(sorted, missing);
    }

    SortedMap<String, Long> counts() {
        return counts;
    }

    @Override
    public ColumnType type() {
        return ColumnType.CATEGORICAL;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long dropped() {
        return dropped;
    }

    @Override
    public int distinct(int most) {
        return Math.min(most, counts.size());
    }
}
