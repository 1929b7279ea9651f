package io.mlaas.monitoring.monitor;

import io.mlaas.monitoring.rows.Layout;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How much is taken and kept.
 *
 * @param windowRows of a window that has more, a sample of so many is looked at
 * @param referenceRows of a reference that has more, a sample of so many is kept
 * @param sampleValues fewer rows are in a sample if they have more values together than this: it is in memory several times
 * @param referenceSize the largest dataset that is read as a reference
 * @param requestSize the largest request
 * @param metricsDevices of a fleet with more devices the worst are metrics of their own, the others together
 * @param evidentlyNames whether metrics also have the names that Evidently's monitoring service gave them
 */
@Validated
@ConfigurationProperties("mlaas.monitoring")
public record MonitoringProperties(
        @DefaultValue("100000") @Min(100) @Max(5_000_000) int windowRows,
        @DefaultValue("100000") @Min(100) @Max(5_000_000) int referenceRows,

        @DefaultValue("4000000") @Min(100_000) @Max(1_000_000_000)
        int sampleValues,

        @DefaultValue("256MB") @NotNull DataSize referenceSize,
        @DefaultValue("16MB") @NotNull DataSize requestSize,
        @DefaultValue("20") @Min(0) @Max(1000) int metricsDevices,
        @DefaultValue("false") boolean evidentlyNames) {
    private static final int LEAST_ROWS = 100;

    /** How many rows of a window are looked at. */
    public int windowRows(Layout layout) {
        return Math.min(windowRows, Math.max(LEAST_ROWS, sampleValues / layout.size()));
    }

    /** How many rows of a reference are kept. */
    public int referenceRows(Layout layout) {
        return Math.min(referenceRows, Math.max(LEAST_ROWS, sampleValues / layout.size()));
    }
}
