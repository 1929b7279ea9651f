package io.mlaas.profile;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Profiles rolled up a hierarchy whose levels are the parts of a path, such as {@code company/site/building/device}: every
 * level's profile is the merged one of what is below it.
 */
public final class ProfileTree {
    private ProfileTree() {}

    /**
     * @param leaves by path; parts are separated by {@code /}, none is empty. They stay as they are
     * @return by path: the leaves, every level above them, and everything under the empty path
     */
    public static SortedMap<String, DatasetProfile> rollUp(Map<String, DatasetProfile> leaves) {
        SortedMap<String, DatasetProfile> all = new TreeMap<>();
        new TreeMap<>(leaves).forEach((path, leaf) -> {
            if (path.isEmpty() || path.startsWith("/") || path.endsWith("/") || path.contains("//")) {
                throw new IllegalArgumentException(
                        "path: \"" + path + "\" (expected: parts that are not empty, between /)");
            }
            String level = path;
            merge(all, level, leaf);
            while (!level.isEmpty()) {
                level = level.substring(0, Math.max(0, level.lastIndexOf('/')));
                merge(all, level, leaf);
            }
        });
        return all;
    }

    private static void merge(Map<String, DatasetProfile> all, String level, DatasetProfile leaf) {
        DatasetProfile there = all.get(level);
        if (there == null) {
            all.put(level, leaf.copy());
        } else {
            there.merge(leaf);
        }
    }
}
