package io.mlaas.training.job;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The queue and its workers.
 *
 * @param workDirectory holds a directory per job
 * @param capacity how many jobs are prepared or trained at once on this node
 * @param timeout how long a program may run
 * @param node names the owner of the work directory: a job that runs is looked after by its node alone
 * @param pollInterval how often the queue and running programs are looked at
 * @param retention how long the log of a job that ended is kept
 * @param heartbeat how often a silent log stream says that it lives
 */
@Validated
@ConfigurationProperties("mlaas.training")
record JobProperties(
        @NotNull Path workDirectory,
        @DefaultValue("1") @Positive int capacity,
        @DefaultValue("2h") @NotNull Duration timeout,
        @DefaultValue("local") @NotBlank String node,
        @DefaultValue("500ms") @NotNull Duration pollInterval,
        @DefaultValue("14d") @NotNull Duration retention,
        @DefaultValue("15s") @NotNull Duration heartbeat,
        @Valid @DefaultValue @NotNull Retry retry) {

    /**
     * What happens after the platform failed a job; a program's own failure is final.
     *
     * @param limit failures in one step before the job fails: a registry that is away for an hour costs no job
     * @param registrationLimit the same for registering
     * @param runs how often a program is started before its disappearing is taken for its own fault
     * @param firstDelay before the second attempt; doubled each time
     * @param maxDelay the longest
     */
    record Retry(
            @DefaultValue("100") @Positive int limit,
            @DefaultValue("100") @Positive int registrationLimit,
            @DefaultValue("5") @Positive int runs,
            @DefaultValue("2s") @NotNull Duration firstDelay,
            @DefaultValue("2m") @NotNull Duration maxDelay) {

        Duration delay(int failures) {
            // 2^20 times the first delay is beyond any sensible maximum: no overflow
            Duration delay = firstDelay.multipliedBy(1L << Math.min(20, Math.max(0, failures - 1)));
            return delay.compareTo(maxDelay) < 0 ? delay : maxDelay;
        }
    }
}
