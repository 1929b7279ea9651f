package io.mlaas.monitoring.fleet;

import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which rows are of which device. */
final class DeviceRows {
    /** The part of a path that a row does not name. */
    static final String NONE = "(none)";
    /** Devices beyond the limit, together. */
    static final String OTHERS = "(others)";

    private static final int LONGEST = 200;

    private DeviceRows() {}

    /** A device, and its rows in the order of their ids. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Device(String path, int[] rows) {}

    /**
     * @param levels of the fleet, from the top down to the device
     * @param most devices; those with the fewest rows are {@link #OTHERS} together if there are more
     * @return by path, each in the order of the rows' ids
     */
    static SortedMap<String, int[]> of(Rows rows, List<String> levels, int most) {
        List<Device> devices = devices(rows, levels);
        devices.sort(Comparator.comparingInt((Device device) -> device.rows.length)
                .reversed()
                .thenComparing(Device::path));
        SortedMap<String, int[]> kept = new TreeMap<>();
        devices.stream().limit(most).forEach(device -> kept.put(device.path, device.rows));
        if (devices.size() > most) {
            kept.put(
                    OTHERS,
                    devices.stream()
                            .skip(most)
                            .flatMapToInt(device -> Arrays.stream(device.rows))
                            .sorted()
                            .toArray());
        }
        return kept;
    }

    /** Whether it is one device: not several together, and not rows that name none. */
    static boolean isOne(String path) {
        return !path.equals(OTHERS) && !path.endsWith(NONE);
    }

    private static List<Device> devices(Rows rows, List<String> levels) {
        int[] place = new int[rows.size()];
        List<String> paths = new ArrayList<>(List.of(""));
        for (String level : levels) {
            paths = down(rows, column(rows.layout(), level), place, paths);
        }
        int[] counts = new int[paths.size()];
        for (int one : place) {
            counts[one]++;
        }
        int[][] found = new int[counts.length][];
        Arrays.setAll(found, i -> new int[counts[i]]);
        for (int row = place.length - 1; row >= 0; row--) {
            found[place[row]][--counts[place[row]]] = row;
        }
        // two values of a segment may come to the same part of a path
        SortedMap<String, int[]> byPath = new TreeMap<>();
        for (int i = 0; i < found.length; i++) {
            byPath.merge(paths.get(i), found[i], DeviceRows::merged);
        }
        List<Device> devices = new ArrayList<>();
        byPath.forEach((path, ofPath) -> devices.add(new Device(path, ofPath)));
        return devices;
    }

    private static int[] merged(int[] some, int[] more) {
        int[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        Arrays.sort(all);
        return all;
    }

    /** Goes one level down: {@code place} is the index of a row's path, before and after. */
    private static List<String> down(Rows rows, int column, int[] place, List<String> above) {
        String[] parts =
                Arrays.stream(rows.dictionary(column)).map(DeviceRows::part).toArray(String[]::new);
        Map<Long, Integer> known = new HashMap<>();
        List<String> paths = new ArrayList<>();
        int[] codes = rows.codes(column);
        for (int row = 0; row < place.length; row++) {
            int code = codes[row];
            int parent = place[row];
            place[row] = known.computeIfAbsent((long) parent << Integer.SIZE | code + 1L, key -> {
                String part = code < 0 ? NONE : parts[code];
                paths.add(above.get(parent).isEmpty() ? part : above.get(parent) + "/" + part);
                return paths.size() - 1;
            });
        }
        return paths;
    }

    private static int column(Layout layout, String segment) {
        for (int column : layout.all(Layout.Role.SEGMENT)) {
            if (layout.columns().get(column).name().equals(segment)) {
                return column;
            }
        }
        throw new IllegalArgumentException("segment: " + segment + " (expected: one of the schema's)");
    }

    /** What a value is in a path: no slash of its own, no NUL, which PostgreSQL has not, and not too long. */
    static String part(String value) {
        if (value.isEmpty()) {
            return NONE;
        }
        String text = value.length() <= LONGEST
                ? value
                : value.substring(0, LONGEST) + "…" + Integer.toHexString(value.hashCode());
        return text.replace("%", "%25").replace("/", "%2F").replace('\0', '\uFFFD');
    }
}
