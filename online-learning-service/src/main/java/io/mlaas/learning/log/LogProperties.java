package io.mlaas.learning.log;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The log.
 *
 * @param topic its name
 * @param partitions how many there are when it is made: at most so many instances share the learners
 * @param replicas of each partition
 * @param retention how long an entry is kept: longer than the service is ever away
 * @param entry the largest entry; batches are cut to it
 * @param acknowledgement how long a writer waits until an entry is durable
 * @param checkpointInterval how often what was learned is written down
 */
@Validated
@ConfigurationProperties("mlaas.learning.log")
record LogProperties(
        @DefaultValue("mlaas.learner-log") @NotBlank String topic,
        @DefaultValue("16") @Positive int partitions,
        @DefaultValue("1") @Positive short replicas,
        @DefaultValue("7d") @NotNull Duration retention,
        @DefaultValue("512KB") @NotNull DataSize entry,
        @DefaultValue("10s") @NotNull Duration acknowledgement,
        @DefaultValue("1s") @NotNull Duration checkpointInterval) {}
