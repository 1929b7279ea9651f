package io.mlaas.statistics.skew;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that is wrong with a column.
 *
 * @param detail names that are no numbers: categories, units, types; may be empty
 * @param evidence numbers by name, in a meaningful order
 */
public record SkewFinding(String column, SkewKind kind, String detail, Map<String, Double> evidence) {
    public SkewFinding {
        evidence = Collections.unmodifiableMap(new LinkedHashMap<>(evidence));
    }

    static SkewFinding of(String column, SkewKind kind, String detail, Object... evidence) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (int i = 0; i < evidence.length; i += 2) {
            numbers.put((String) evidence[i], ((Number) evidence[i + 1]).doubleValue());
        }
        return new SkewFinding(column, kind, detail, numbers);
    }
}
