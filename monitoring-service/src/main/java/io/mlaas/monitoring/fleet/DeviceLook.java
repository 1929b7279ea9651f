package io.mlaas.monitoring.fleet;

import io.mlaas.monitoring.monitor.Schema;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.profile.DatasetProfile;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The devices of a window. What is kept of one has the quantiles of a sketch, which leaves out values at random; what is judged is
 * exact, of at most {@value #EXACT_ROWS} rows, those with the smallest ids: the same rows give the same report.
 *
 * @param kept by path
 * @param judged by path; devices with fewer than {@value #LEAST_ROWS} rows are not
 */
record DeviceLook(SortedMap<String, DatasetProfile> kept, SortedMap<String, DatasetProfile> judged) {
    static final int EXACT_ROWS = 2048;
    /** Ranks within 1.7 %, with 99 % confidence. */
    static final int KEPT_K = 200;

    private static final int LEAST_ROWS = 10;

    static DeviceLook of(Schema schema, Rows rows, int mostDevices) {
        Profiling profiling = new Profiling(schema, rows);
        SortedMap<String, DatasetProfile> kept = new ConcurrentSkipListMap<>();
        SortedMap<String, DatasetProfile> judged = new ConcurrentSkipListMap<>();
        DeviceRows.of(rows, schema.fleet(), mostDevices).entrySet().parallelStream()
                .forEach(device -> look(profiling, device, kept, judged));
        return new DeviceLook(new TreeMap<>(kept), new TreeMap<>(judged));
    }

    private static void look(
            Profiling profiling,
            Map.Entry<String, int[]> device,
            SortedMap<String, DatasetProfile> kept,
            SortedMap<String, DatasetProfile> judged) {
        int[] all = device.getValue();
        boolean one = all.length >= LEAST_ROWS && DeviceRows.isOne(device.getKey());
        if (one && all.length > KEPT_K && all.length <= EXACT_ROWS) {
            DatasetProfile exact = profiling.timed(profiling.inTime(all), EXACT_ROWS);
            judged.put(device.getKey(), exact);
            kept.put(device.getKey(), profiling.smaller(exact, KEPT_K));
            return;
        }
        DatasetProfile profile = profiling.timed(profiling.inTime(all), KEPT_K);
        kept.put(device.getKey(), profile);
        if (one) {
            judged.put(
                    device.getKey(),
                    all.length <= KEPT_K
                            ? profile
                            : profiling.timed(profiling.inTime(Arrays.copyOf(all, EXACT_ROWS)), EXACT_ROWS));
        }
    }
}
