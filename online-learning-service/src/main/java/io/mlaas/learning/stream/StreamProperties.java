package io.mlaas.learning.stream;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Streams of messages and answers.
 *
 * @param answers the topic of predictions on their way out
 * @param deadLetters the topic of what could not be used
 * @param partitions of the two, when they are made
 * @param replicas of each partition
 * @param retention how long an answer is kept, and so the longest that a broker may be away
 * @param deadLetterRetention how long a dead letter is kept
 * @param kafkaGroup the consumer group that reads Kafka sources
 * @param kafkaStart where it begins in a topic that it has not read: earliest or latest
 * @param sessions over how many sessions at the broker topics are spread; instances share them
 * @param messages the most that the broker sends over one of them before the first is durable
 * @param memory for messages from the broker that are not durable yet
 * @param sessionExpiry how long the broker keeps messages for an instance that is away
 * @param poll how often it is looked for learners that have changed
 */
@Validated
@ConfigurationProperties("mlaas.learning.streams")
record StreamProperties(
        @DefaultValue("mlaas.learner-answers") @NotBlank String answers,
        @DefaultValue("mlaas.dead-letters") @NotBlank String deadLetters,
        @DefaultValue("6") @Positive int partitions,
        @DefaultValue("1") @Positive short replicas,
        @DefaultValue("1d") @NotNull Duration retention,
        @DefaultValue("30d") @NotNull Duration deadLetterRetention,
        @DefaultValue("mlaas.learner-streams") @NotBlank String kafkaGroup,

        @DefaultValue("earliest") @Pattern(regexp = "earliest|latest")
        String kafkaStart,

        @DefaultValue("16") @Positive @Max(256) int sessions,
        @DefaultValue("4000") @Positive @Max(65_535) int messages,
        @DefaultValue("32MB") @NotNull DataSize memory,
        @DefaultValue("7d") @NotNull Duration sessionExpiry,
        @DefaultValue("1s") @NotNull Duration poll) {}
