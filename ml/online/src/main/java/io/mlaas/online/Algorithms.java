package io.mlaas.online;

import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The algorithms on the class path and of extensions, by name. */
public final class Algorithms {
    private static volatile SortedMap<String, Algorithm> known =
            with(new TreeMap<>(), Algorithm.class.getClassLoader());

    private Algorithms() {}

    /** @throws ConfigurationRefused at {@code path} if there is none of that name */
    public static Algorithm named(String name, String path) {
        Algorithm algorithm = known.get(name);
        if (algorithm == null) {
            throw new ConfigurationRefused(
                    path, "\"" + name + "\" (expected: one of " + String.join(", ", known.keySet()) + ")");
        }
        return algorithm;
    }

    public static boolean isKnown(String name) {
        return known.containsKey(name);
    }

    /**
     * Adds those that this class loader finds, for the whole process.
     *
     * @throws IllegalStateException if one has the name of another; then none is added
     */
    public static synchronized void extend(ClassLoader extensions) {
        known = with(known, extensions);
    }

    private static SortedMap<String, Algorithm> with(SortedMap<String, Algorithm> before, ClassLoader loader) {
        SortedMap<String, Algorithm> all = new TreeMap<>(before);
        for (Algorithm algorithm : ServiceLoader.load(Algorithm.class, loader)) {
            Algorithm other = all.putIfAbsent(algorithm.name(), algorithm);
            if (other != null && !other.getClass().equals(algorithm.getClass())) {
                throw new IllegalStateException("two algorithms are named " + algorithm.name());
            }
        }
        return all;
    }
}
