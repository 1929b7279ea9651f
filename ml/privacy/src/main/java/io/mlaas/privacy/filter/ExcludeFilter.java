package io.mlaas.privacy.filter;

import io.mlaas.privacy.accounting.RdpCurve;
import io.mlaas.privacy.mechanism.KeyedNoise;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Keeps parameters at home: what is excluded is sent as zeros, so that shapes stay. No ε: what is sent is sent as it is.
 *
 * @param names of parameters; {@code *} stands for any characters
 */
public record ExcludeFilter(List<String> names) implements UpdateFilter {
    public ExcludeFilter {
        names = List.copyOf(names);
        if (names.isEmpty() || names.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("names: " + names + " (expected: one or more, none of them blank)");
        }
    }

    @Override
    public SortedMap<String, float[]> apply(SortedMap<String, float[]> update, long steps, KeyedNoise noise) {
        List<Pattern> patterns = names.stream().map(ExcludeFilter::pattern).toList();
        for (int i = 0; i < names.size(); i++) {
            Pattern pattern = patterns.get(i);
            if (update.keySet().stream().noneMatch(name -> pattern.matcher(name).matches())) {
                throw new IllegalArgumentException("names[" + i + "]: " + names.get(i)
                        + " (expected: one that fits at least one of " + update.keySet() + ")");
            }
        }
        SortedMap<String, float[]> kept = new TreeMap<>();
        update.forEach((name, values) -> kept.put(
                name,
                patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches())
                        ? new float[values.length]
                        : values.clone()));
        return kept;
    }

    /** Whether a name, as it is written in a plan, means this parameter. */
    public static boolean fits(String name, String parameter) {
        return pattern(name).matcher(parameter).matches();
    }

    private static Pattern pattern(String name) {
        return Pattern.compile("\\Q" + name.replace("*", "\\E.*\\Q") + "\\E");
    }

    @Override
    public Optional<RdpCurve> cost(List<Double> orders) {
        return Optional.empty();
    }
}
