package io.mlaas.monitoring.fleet;

import io.mlaas.monitoring.report.Report;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a fleet did in a window: each level of it, and what to do, where that can be said. */
public record FleetWindow(Report.@Nullable Triage triage, List<Node> nodes) {
    static final FleetWindow NONE = new FleetWindow(null, List.of());

    /**
     * A device, or a level above devices.
     *
     * @param path empty for the whole fleet
     * @param depth 0 for the whole fleet
     * @param missing the share of missing values, of all features
     * @param drifted features that drifted, on any of its devices
     * @param share of the fleet's drift
     * @param profile of its rows, as bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Node(
            String path,
            int depth,
            boolean device,
            long rows,
            double missing,
            int drifted,
            double share,
            Mark mark,
            byte[] profile) {

        /** The path of the level above, or null of the whole fleet. */
        @Nullable
        String parent() {
            return path.isEmpty() ? null : path.substring(0, Math.max(0, path.lastIndexOf('/')));
        }
    }
}
