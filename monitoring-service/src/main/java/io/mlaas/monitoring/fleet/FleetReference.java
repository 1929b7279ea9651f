package io.mlaas.monitoring.fleet;

import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.Schema;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.profile.DatasetProfile;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What devices are compared with: their own rows of the reference where it has enough of them, else all. Of many rows those
 * with the smallest ids, so few that every profile is exact and the same each time it is made.
 *
 * @param rows of the reference
 */
record FleetReference(DatasetProfile whole, SortedMap<String, DatasetProfile> devices, int rows) {
    private static final int MOST_ROWS = 10_000;

    static FleetReference of(Monitor monitor, Rows rows, int mostDevices) {
        Schema schema = monitor.document().schema();
        Profiling profiling = new Profiling(schema, rows);
        SortedMap<String, DatasetProfile> devices = new TreeMap<>();
        SortedMap<String, int[]> byDevice = DeviceRows.of(rows, schema.fleet(), mostDevices);
        byDevice.forEach((path, ofDevice) -> {
            if (DeviceRows.isOne(path)
                    && ofDevice.length >= monitor.document().tests().minRows()) {
                int[] some = Arrays.copyOf(ofDevice, Math.min(ofDevice.length, DeviceLook.EXACT_ROWS));
                devices.put(path, profiling.of(profiling.inTime(some), DeviceLook.EXACT_ROWS));
            }
        });
        return new FleetReference(
                profiling.of(deviceByDevice(byDevice, rows, profiling), MOST_ROWS), devices, rows.size());
    }

    /** What a device or a level above is compared with. */
    DatasetProfile of(String path) {
        DatasetProfile own = devices.get(path);
        if (own != null) {
            return own;
        }
        DatasetProfile below = null;
        for (Map.Entry<String, DatasetProfile> device :
                devices.subMap(path + "/", path + "0").entrySet()) {
            if (below == null) {
                below = new DatasetProfile(MOST_ROWS);
            }
            below.merge(device.getValue());
        }
        return below == null ? whole : below;
    }

    /** Profiles of columns that it keeps in memory. */
    long columns() {
        return (devices.size() + 1L) * Math.max(1, whole.columns().size());
    }

    /** A run of one number means something within a device only: so its rows follow one another. */
    private static int[] deviceByDevice(SortedMap<String, int[]> byDevice, Rows rows, Profiling profiling) {
        int[] all = new int[Math.min(rows.size(), MOST_ROWS)];
        int count = 0;
        for (int[] ofDevice : byDevice.values()) {
            for (int row : profiling.inTime(ofDevice)) {
                if (row < MOST_ROWS) {
                    all[count++] = row;
                }
            }
        }
        return all;
    }
}
