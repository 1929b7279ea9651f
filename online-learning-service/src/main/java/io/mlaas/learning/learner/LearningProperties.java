package io.mlaas.learning.learner;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Learners at work.
 *
 * @param active how many are kept in memory; the others are read from their checkpoints when they are needed
 * @param requestSize the largest JSON document with rows
 * @param rows the most rows of a request
 * @param patience how long an update waits until it is learned, before it is answered with 202
 * @param replicaAge how old the state may be that an instance answers with for a learner that another one has
 */
@Validated
@ConfigurationProperties("mlaas.learning")
record LearningProperties(
        @DefaultValue("500") @Positive int active,
        @DefaultValue("16MB") @NotNull DataSize requestSize,
        @DefaultValue("100000") @Positive int rows,
        @DefaultValue("2s") @NotNull Duration patience,
        @DefaultValue("1s") @NotNull Duration replicaAge) {}
