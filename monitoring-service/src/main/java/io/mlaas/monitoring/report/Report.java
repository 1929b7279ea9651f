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
 * @param estimated performance, without labels: where the reference has predictions and targets
 * @param bias where errors of numbers lean, by output
 * @param multivariate drift of the numeric features together
 * @param stream changes within the window, by detectors that were asked for
 * @param segments by what the schema says rows are divided by
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
        @Nullable Estimated estimated,
        @Nullable List<Bias> bias,
        @Nullable List<Multivariate> multivariate,
        @Nullable List<Stream> stream,
        @Nullable List<Segment> segments,
        @Nullable Triage triage) {

    public Report with(@Nullable Triage other) {
        return new Report(
                window,
                startsAt,
                endsAt,
                rows,
                sampled,
                labelled,
                drift,
                performance,
                skew,
                latency,
                digests,
                estimated,
                bias,
                multivariate,
                stream,
                segments,
                other);
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

    /**
     * What the performance probably is, as long as inputs and target are related as in the reference: concept drift is not seen.
     *
     * @param method cbpe (classes, from their probabilities) or dle (numbers, by a model of the losses)
     * @param rows that it is estimated from
     * @param metrics by the names of {@link Performance}
     */
    public record Estimated(String method, long rows, SortedMap<String, Estimate> metrics) {}

    /**
     * @param realised of the rows whose target is known
     * @param reference realised there
     * @param lower the reference's parts of the window's size have this or more (mean less three standard deviations)
     * @param upper this or less
     * @param alert whether the estimate is outside
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Estimate(
            double estimate,
            @Nullable Double realised,
            @Nullable Double reference,
            @Nullable Double lower,
            @Nullable Double upper,
            boolean alert) {}

    /**
     * The rows with the lowest and the highest errors (prediction less target), and what features they have: of the
     * {@value #MOST_FEATURES} whose range is widest.
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Bias(
            String output,
            ErrorGroups current,
            @Nullable ErrorGroups reference,
            List<NumericBias> numeric,
            List<CategoricalBias> categorical) {
        public static final int MOST_FEATURES = 100;
    }

    /** @param underestimation the twentieth of the rows with the lowest errors, overestimation the one with the highest */
    public record ErrorGroups(ErrorGroup underestimation, ErrorGroup majority, ErrorGroup overestimation) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ErrorGroup(
            long count,
            @Nullable Double meanError,
            @Nullable Double deviation) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record NumericBias(
            String feature, Means current, @Nullable Means reference) {}

    /**
     * A feature's mean in all rows and in the two groups.
     *
     * @param range the groups' difference in percent of the feature's range
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Means(
            @Nullable Double all,
            @Nullable Double under,
            @Nullable Double over,
            @Nullable Double range) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record CategoricalBias(
            String feature, Modes current, @Nullable Modes reference) {}

    /** A feature's most frequent category in all rows and in the two groups. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Modes(
            @Nullable String all,
            @Nullable String under,
            @Nullable String over,
            boolean differs) {}

    /**
     * Whether features together are not as they were, though each alone may be.
     *
     * @param method mmd: the score is a p-value; pca: it is the mean error of a reconstruction
     * @param least of a reconstruction error that is no drift
     * @param threshold of the p-value; the greatest reconstruction error that is no drift
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Multivariate(
            String method,
            int features,
            double score,
            @Nullable Double least,
            double threshold,
            boolean drift) {}

    /**
     * What a detector saw that went through the window's rows in the order of time, after the reference's.
     *
     * @param on error, or the name of a feature
     * @param rows that have a value
     * @param detections how many
     * @param first of them
     */
    public record Stream(String detector, String on, long rows, long detections, List<Detection> first) {}

    /** @param row its place among those with a value, from 0 */
    public record Detection(Instant at, long row) {}

    /** The rows by one of the schema's segments. */
    public record Segment(String name, List<SegmentValue> values) {}

    /**
     * @param value absent for all values but the largest together
     * @param values how many that are
     * @param metrics of {@link Performance}, of the rows whose target is known
     * @param driftShare the share of the features that drifted here, absent if there are too few rows
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SegmentValue(
            @Nullable String value,
            int values,
            long rows,
            long labelled,
            @Nullable SortedMap<String, Double> metrics,
            @Nullable Double driftShare) {}

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
