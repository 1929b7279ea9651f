package io.mlaas.monitoring.action;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How what is to be trained again is asked for.
 *
 * @param poll how often it is looked for what is due
 * @param parallel how many are worked on at once
 * @param lease after which what a vanished process worked on is taken again
 * @param retryFirst the pause after the first failure, doubled after each other one
 * @param retryMost the longest pause
 * @param follow how often the registry is asked what became of a training
 * @param giveUp after which what still waits has failed
 */
@Validated
@ConfigurationProperties("mlaas.monitoring.retraining")
record RetrainingProperties(
        @DefaultValue("1s") @NotNull Duration poll,
        @DefaultValue("2") @Min(1) @Max(64) int parallel,
        @DefaultValue("3m") @NotNull Duration lease,
        @DefaultValue("1s") @NotNull Duration retryFirst,
        @DefaultValue("5m") @NotNull Duration retryMost,
        @DefaultValue("5s") @NotNull Duration follow,
        @DefaultValue("3d") @NotNull Duration giveUp) {

    Duration pause(int attempts) {
        Duration pause = retryFirst.multipliedBy(1L << Math.min(attempts, 20));
        return pause.compareTo(retryMost) < 0 ? pause : retryMost;
    }
}
