package io.mlaas.monitoring.report;

import com.fasterxml.jackson.annotation.JsonInclude;
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
 * @param skew features with values that are none of the schema's
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
        List<String> digests) {

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
     * @param missing rows without a value
     * @param wrongType rows with a value of another type
     * @param outOfRange rows below min or above max
     * @param unknown categories that the schema or, if it names none, the reference does not have: the first by name
     */
    public record Skew(
            String feature, long missing, long wrongType, long outOfRange, long unknownRows, List<String> unknown) {}

    /** In milliseconds. */
    public record Latency(long count, double mean, double p50, double p95, double p99) {}
}
