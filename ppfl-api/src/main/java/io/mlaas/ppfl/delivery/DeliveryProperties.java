package io.mlaas.ppfl.delivery;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Copies of models to users' own buckets.
 *
 * @param allowedHosts that may be named, {@code *.example.org} for all below; empty: any
 * @param allowedNetworks that are not public and may be connected to nevertheless, e.g. {@code 10.1.0.0/16}
 * @param allowHttp whether a host may be named with {@code http://}
 * @param usualBucket where a request names none
 * @param poll how often it is looked for what is due
 * @param lease after which what a vanished process copied is copied again; longer than any copy takes
 * @param retryFirst the pause after the first failure, doubled after each other one
 * @param retryMost the longest pause
 * @param giveUp after which it has failed
 */
@Validated
@ConfigurationProperties("mlaas.ppfl.delivery")
record DeliveryProperties(
        @DefaultValue List<String> allowedHosts,
        @DefaultValue List<String> allowedNetworks,
        @DefaultValue("false") boolean allowHttp,
        @DefaultValue("federated-models") @NotBlank String usualBucket,
        @DefaultValue("1s") @NotNull Duration poll,
        @DefaultValue("1h") @NotNull Duration lease,
        @DefaultValue("5s") @NotNull Duration retryFirst,
        @DefaultValue("1h") @NotNull Duration retryMost,
        @DefaultValue("3d") @NotNull Duration giveUp,
        @DefaultValue("30s") @NotNull Duration connect,
        @DefaultValue("4") @Min(1) int parallel) {

    Duration pause(int attempts) {
        Duration pause = retryFirst.multipliedBy(1L << Math.min(attempts, 20));
        return pause.compareTo(retryMost) < 0 ? pause : retryMost;
    }

    boolean allowsHost(String host) {
        return allowedHosts.isEmpty()
                || allowedHosts.stream()
                        .anyMatch(each ->
                                each.startsWith("*.") ? host.endsWith(each.substring(1)) : host.equalsIgnoreCase(each));
    }
}
