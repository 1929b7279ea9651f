package io.mlaas.learning.event;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Events about predictions.
 *
 * @param topic where they go
 * @param partitions of it, when it is made
 * @param replicas of each partition
 * @param retention how long an event is kept
 * @param buffer the most of predictions of requests that wait to be told, twice: as numbers and as messages; others are dropped
 */
@Validated
@ConfigurationProperties("mlaas.learning.events")
record EventProperties(
        @DefaultValue("mlaas.inference") @NotBlank String topic,
        @DefaultValue("16") @Positive int partitions,
        @DefaultValue("1") @Positive short replicas,
        @DefaultValue("7d") @NotNull Duration retention,
        @DefaultValue("16MB") @NotNull DataSize buffer) {}
