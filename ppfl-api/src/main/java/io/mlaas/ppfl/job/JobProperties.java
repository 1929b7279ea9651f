package io.mlaas.ppfl.job;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How simulations are run as training jobs.
 *
 * @param images the training image of each engine, over those that are usual
 * @param poll how often it is looked for what is due
 * @param parallel how many are worked on at once
 * @param lease after which what a vanished process worked on is taken again
 * @param follow how often a training is asked how it goes
 * @param retryFirst the pause after the first failure, doubled after each other one
 * @param retryMost the longest pause
 * @param giveUp after which what could not be registered has failed
 */
@Validated
@ConfigurationProperties("mlaas.ppfl.job")
record JobProperties(
        @Nullable Map<String, String> images,
        @DefaultValue("500ms") @NotNull Duration poll,
        @DefaultValue("2") @Min(1) @Max(64) int parallel,
        @DefaultValue("3m") @NotNull Duration lease,
        @DefaultValue("1s") @NotNull Duration follow,
        @DefaultValue("1s") @NotNull Duration retryFirst,
        @DefaultValue("1m") @NotNull Duration retryMost,
        @DefaultValue("1d") @NotNull Duration giveUp) {
    private static final Map<String, String> USUAL = Map.of(
            "fedavg", "mlaas/federated:1",
            "fedpate", "mlaas/federated:1",
            "flare", "mlaas/flare:1",
            "flower", "mlaas/flower:1");

    @Override
    public Map<String, String> images() {
        Map<String, String> all = new HashMap<>(USUAL);
        all.putAll(images == null ? Map.of() : images);
        return all;
    }

    Duration pause(int attempts) {
        Duration pause = retryFirst.multipliedBy(1L << Math.min(attempts, 16));
        return pause.compareTo(retryMost) < 0 ? pause : retryMost;
    }
}
