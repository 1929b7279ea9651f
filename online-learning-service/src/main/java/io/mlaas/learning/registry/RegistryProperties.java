package io.mlaas.learning.registry;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The registry of models.
 *
 * @param poll how often snapshots that wait are looked for
 * @param retryFirst pause after the first attempt in vain; each later one is twice as long
 * @param retryMost the longest pause
 * @param lease after which an attempt of an instance that died is made again
 * @param archive the largest model that a learner can begin with
 */
@Validated
@ConfigurationProperties("mlaas.learning.registry")
record RegistryProperties(
        @DefaultValue("1s") @NotNull Duration poll,
        @DefaultValue("1s") @NotNull Duration retryFirst,
        @DefaultValue("1m") @NotNull Duration retryMost,
        @DefaultValue("5m") @NotNull Duration lease,
        @DefaultValue("64MB") @NotNull DataSize archive) {

    Duration pause(int attempts) {
        Duration pause = retryFirst.multipliedBy(1L << Math.min(20, Math.max(0, attempts - 1)));
        return pause.compareTo(retryMost) < 0 ? pause : retryMost;
    }
}
