package io.mlaas.online;

import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The algorithms on the class path, by name. */
public final class Algorithms {
    private static final SortedMap<String, Algorithm> KNOWN = load();

    private Algorithms() {}

    /** @throws ConfigurationRefused at {@code path} if there is none of that name */
    public static Algorithm named(String name, String path) {
        Algorithm algorithm = KNOWN.get(name);
        if (algorithm == null) {
            throw new ConfigurationRefused(
                    path, "\"" + name + "\" (expected: one of " + String.join(", ", KNOWN.keySet()) + ")");
        }
        return algorithm;
    }

    private static SortedMap<String, Algorithm> load() {
        SortedMap<String, Algorithm> known = new TreeMap<>();
        for (Algorithm algorithm : ServiceLoader.load(Algorithm.class, Algorithm.class.getClassLoader())) {
            if (known.put(algorithm.name(), algorithm) != null) {
                throw new IllegalStateException("two algorithms are named " + algorithm.name());
            }
        }
        return known;
    }
}
