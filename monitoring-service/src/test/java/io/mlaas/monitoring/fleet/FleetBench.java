package io.mlaas.monitoring.fleet;

import io.mlaas.monitoring.fleet.FleetWindow.Node;
import io.mlaas.monitoring.monitor.Schema;
import io.mlaas.monitoring.rows.RowId;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.monitoring.rows.RowsBuilder;
import io.mlaas.profile.DatasetProfile;
import io.mlaas.profile.triage.Fleet;
import io.mlaas.profile.triage.Triage;
import io.mlaas.profile.triage.TriageReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** How long a window of a fleet takes: rows, features and devices are the arguments; see bench/monitoring/fleet.sh. */
final class FleetBench {
    private FleetBench() {}

    static void main(String[] arguments) {
        int rowCount = Integer.parseInt(arguments[0]);
        int features = Integer.parseInt(arguments[1]);
        int devices = Integer.parseInt(arguments[2]);
        List<Schema.Feature> all = new ArrayList<>();
        for (int i = 0; i < features; i++) {
            all.add(new Schema.Feature("f" + i, Schema.Type.NUMERIC, null, null, List.of()));
        }
        Schema schema = new Schema(
                all, List.of("site", "device"), List.of("site", "device"), List.of("prediction"), List.of(), null);
        Rows reference = rows(schema, 100_000, devices, 1, 0);
        Rows window = rows(schema, rowCount, devices, 2, 3);
        for (int round = 0; round < 3; round++) {
            long start = System.nanoTime();
            DeviceLook look = DeviceLook.of(schema, window, devices);
            long looked = System.nanoTime();
            Profiling profiling = new Profiling(schema, reference);
            int[] first = new int[10_000];
            java.util.Arrays.setAll(first, i -> i);
            DatasetProfile whole = profiling.of(first, first.length);
            long profiled = System.nanoTime();
            TriageReport triage = Triage.of(new Fleet(whole, Map.of(), look.judged(), null));
            long judged = System.nanoTime();
            List<Node> nodes = RollUp.of(look.kept(), path -> new RollUp.Judged(Mark.AS_BEFORE, 0, Set.of()));
            long rolled = System.nanoTime();
            System.out.printf(
                    "profiles %.2f s, reference %.2f s, triage %.2f s, roll-up and bytes %.2f s; %d rows of the table, %.1f MB; %s%n",
                    (looked - start) / 1e9,
                    (profiled - looked) / 1e9,
                    (judged - profiled) / 1e9,
                    (rolled - judged) / 1e9,
                    nodes.size(),
                    nodes.stream().mapToLong(node -> node.profile().length).sum() / 1e6,
                    triage.checkSensorsOf());
        }
    }

    /** Gaussian numbers; the first feature of the first devices is stuck. */
    private static Rows rows(Schema schema, int count, int devices, long seed, int stuck) {
        SplittableRandom random = new SplittableRandom(seed);
        RowsBuilder rows = new RowsBuilder(schema.layout());
        int features = schema.features().size();
        for (int i = 0; i < count; i++) {
            int device = i % devices;
            rows.row(RowId.of("e" + seed, i), 1_000_000L * i);
            for (int feature = 0; feature < features; feature++) {
                rows.set(feature, feature == 0 && device < stuck ? 1.5 : random.nextGaussian());
            }
            rows.set(features, "site-" + device % 20);
            rows.set(features + 1, "device-" + device);
        }
        return rows.build();
    }
}
