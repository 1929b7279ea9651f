package io.mlaas.monitoring.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.monitoring.fleet.FleetRepository.Summary;
import io.mlaas.monitoring.monitor.Monitor;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A level of a fleet in one or several windows.
 *
 * @param windows the latest first
 * @param path empty for the whole fleet
 * @param level its name in the schema, or {@code fleet}
 * @param share of the whole fleet's drift
 * @param mark what was found at it, or, the worst, at a device below it
 * @param profile of all its rows
 * @param children what is directly below it, the worst first
 * @param nextCursor give it as {@code cursor} to get the children that follow; absent on the last page
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record FleetView(
        List<Long> windows,
        String path,
        String level,
        double share,
        Mark mark,
        Profile profile,
        List<Child> children,
        @Nullable String nextCursor) {

    /**
     * What was measured at a level, beside the reference: that of its devices where the reference has rows of them.
     *
     * @param rows that were looked at
     * @param drifted features
     * @param tested features
     * @param driftShare of the features that could be tested
     * @param features the first 200, those that drifted first
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Profile(
            long rows,
            @Nullable Instant firstAt,
            @Nullable Instant lastAt,
            boolean drift,
            int drifted,
            int tested,
            double driftShare,
            int featureCount,
            List<Feature> features) {}

    /**
     * One feature at a level.
     *
     * @param missing values that were not there
     * @param notFinite values that were no number
     * @param distinct about how many different ones there were
     * @param quantiles by rank: 0, 0.05, 0.25, 0.5, 0.75, 0.95, 1
     * @param categories the most frequent ones with their numbers
     * @param score the p-value or distance
     * @param reason why it could not be tested
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Feature(
            String name,
            long count,
            long missing,
            long notFinite,
            double distinct,
            @Nullable Double mean,
            @Nullable Double deviation,
            @Nullable SortedMap<String, Double> quantiles,
            @Nullable List<Category> categories,
            boolean drifted,
            @Nullable String method,
            @Nullable Double score,
            @Nullable Double effect,
            @Nullable String reason) {}

    record Category(String value, long count) {}

    /**
     * What is directly below a level.
     *
     * @param share of the whole fleet's drift
     * @param drifted features that drifted, on any of its devices
     * @param missing the share of missing values
     */
    record Child(String path, String level, long rows, double share, int drifted, double missing, Mark mark) {

        static Child of(Monitor monitor, Summary summary) {
            return new Child(
                    summary.path(),
                    levelOf(monitor, summary),
                    summary.rows(),
                    summary.share(),
                    summary.drifted(),
                    summary.missing(),
                    summary.mark());
        }
    }

    static FleetView of(
            Monitor monitor,
            List<Long> windows,
            Summary summary,
            Profile profile,
            List<Summary> children,
            @Nullable String nextCursor) {
        return new FleetView(
                windows,
                summary.path(),
                levelOf(monitor, summary),
                summary.share(),
                summary.mark(),
                profile,
                children.stream().map(child -> Child.of(monitor, child)).toList(),
                nextCursor);
    }

    private static String levelOf(Monitor monitor, Summary summary) {
        List<String> levels = monitor.document().schema().fleet();
        return summary.device() ? levels.getLast() : summary.depth() == 0 ? "fleet" : levels.get(summary.depth() - 1);
    }
}
