package io.mlaas.monitoring.window;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How windows are worked on.
 *
 * @param poll how often it is looked for work
 * @param lease how long a report may take until another instance makes it
 * @param atMostEvery how often a report is made again when late rows and labels come
 * @param metrics how often the metrics of monitors follow their reports
 * @param sweep how often what is too old is removed
 */
@Validated
@ConfigurationProperties("mlaas.monitoring.windows")
record WindowProperties(
        @DefaultValue("500ms") @NotNull Duration poll,
        @DefaultValue("1m") @NotNull Duration lease,
        @DefaultValue("5s") @NotNull Duration atMostEvery,
        @DefaultValue("10s") @NotNull Duration metrics,
        @DefaultValue("10m") @NotNull Duration sweep) {}
