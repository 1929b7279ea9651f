package io.mlaas.monitoring.intake;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What is read from Kafka.
 *
 * @param inference topic of predictions
 * @param feedback topic of labels
 * @param partitions of a topic when it is made: at most so many instances share it
 * @param replicas of each partition
 * @param retention how long an event is kept: longer than the service is ever away
 * @param records events that are taken in one transaction
 * @param linger how long the broker collects events before it answers
 * @param namespaces KServe's events say no company: the company behind each namespace
 */
@Validated
@ConfigurationProperties("mlaas.monitoring.intake")
record IntakeProperties(
        @DefaultValue("mlaas.inference") @NotBlank String inference,
        @DefaultValue("mlaas.feedback") @NotBlank String feedback,
        @DefaultValue("16") @Positive int partitions,
        @DefaultValue("1") @Positive short replicas,
        @DefaultValue("7d") @NotNull Duration retention,
        @DefaultValue("20000") @Positive int records,
        @DefaultValue("500ms") @NotNull Duration linger,
        @Nullable Map<String, UUID> namespaces) {

    Map<String, UUID> companies() {
        return namespaces == null ? Map.of() : namespaces;
    }
}
