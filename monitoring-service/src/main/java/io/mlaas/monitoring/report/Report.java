package io.mlaas.monitoring.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.mlaas.statistics.drift.PairedHistogram;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of a window: a function of its rows, their labels and the reference, whatever the order in which they
 * came, and of nothing else.
 *
 * @param rows distinct ones
 * @param sampled whether there were more rows than are looked at: their number is an estimate then, everything else of a
 *     sample in which every row had the same chance
 * @param labelled rows whose target is known
 * @param performance of them
 * @param skew values that are not what the schema says or the reference has, by feature
 * @param triage of monitors with a fleet, where there are enough rows
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Report(
        long window,
        Instant startsAt,
        Instant endsAt,
        long rows,
        boolean sampled,
        long labelled,
        @Nullable Drift drift,
        @Nullable Performance performance,
        List<Skew> skew,
        @Nullable Latency latency,
        List<String> digests,
        @Nullable Triage triage) {

    public Report with(@Nullable Triage other) {
        return new Report(
                window, startsAt, endsAt, rows, sampled, labelled, drift, performance, skew, latency, digests, other);
    }

    /**
     * The data beside the reference.
     *
     * @param share of the features that could be tested
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Drift(boolean drift, int tested, int drifted, double share, List<ColumnReport> columns) {}

    /**
     * One column beside the reference's.
     *
     * @param role feature, prediction or target
     * @param score the p-value or distance, absent if it could not be tested
     * @param adjusted the p-value after the correction for many columns
     * @param effect from 0 to 1
     * @param distribution shares of both sides in the same bins, of the first 100 features
     * @param reason why it could not be tested
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ColumnReport(
            String name,
            String role,
            boolean drifted,
            @Nullable String method,
            @Nullable Double score,
            @Nullable Double threshold,
            @Nullable Double adjusted,
            @Nullable Double effect,
            @Nullable Shifted shift,
            @Nullable PairedHistogram distribution,
            @Nullable String reason) {}

    /** @param category the one whose share changed most; of numbers absent, and the values are medians */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Shifted(@Nullable String category, double reference, double current) {}

    /**
     * Metrics by name. What cannot be said is absent: R² of targets that are all the same, for instance.
     *
     * @param reference absent if the reference has no predictions and targets
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Performance(
            SortedMap<String, Double> current, @Nullable SortedMap<String, Double> reference) {}

    /**
     * What is wrong with values, beyond their distribution.
     *
     * @param kind missing_values, value_type, new_category, out_of_range, stuck, gap, unit_changed, …
     * @param feature absent where it is about the rows as a whole
     * @param reference the share of the reference's values that are so; of a gap milliseconds, of a unit the factor
     * @param current the same of the window
     * @param rows of the window that show it; 0 where it is about none in particular
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Skew(
            String kind, @Nullable String feature, double reference, double current, long rows, String sentence) {}

    /** In milliseconds. */
    public record Latency(long count, double mean, double p50, double p95, double p99) {}

    /** What to do about a fleet. */
    public enum Recommendation {
        @JsonProperty("retrain")
        RETRAIN,
        @JsonProperty("check_sensors")
        CHECK_SENSORS,
        @JsonProperty("ignore")
        IGNORE
    }

    /**
     * What explains the drift of a fleet, the most important first, and what to do about it. Of each kind the first
     * {@value #MOST_FINDINGS}.
     *
     * @param sentence why
     * @param sensors the devices whose sensors should be checked, also where something else is recommended
     */
    public record Triage(
            Recommendation recommendation,
            String sentence,
            List<String> sensors,
            List<FeatureFinding> features,
            List<DeviceFinding> devices,
            List<SegmentFinding> segments) {
        public static final int MOST_FINDINGS = 200;
    }

    /**
     * A feature that drifted on some devices.
     *
     * @param devices on how many
     * @param effect from 0 to 1, on average over all devices
     * @param share of the fleet's drift
     */
    public record FeatureFinding(String feature, int devices, double effect, double share, String sentence) {}

    /**
     * A device that drifted, or whose values are not as they were.
     *
     * @param device its path
     * @param features those that drifted
     * @param share of the fleet's drift
     * @param sensor whether it looks like a sensor that fails
     */
    public record DeviceFinding(String device, List<String> features, double share, boolean sensor, String sentence) {}

    /**
     * A level above devices with some of them.
     *
     * @param devices how many it has
     * @param affected how many of these are findings
     */
    public record SegmentFinding(String segment, int devices, int affected, double share, String sentence) {}
}
