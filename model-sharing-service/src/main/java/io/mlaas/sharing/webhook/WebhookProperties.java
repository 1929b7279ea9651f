package io.mlaas.sharing.webhook;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Webhooks.
 *
 * @param allowedNetworks that are not public and may be connected to nevertheless, e.g. {@code 10.1.0.0/16}
 * @param allowHttp whether a URL may be without TLS
 * @param most how many a company may have
 * @param timeout for a whole request
 * @param lease after which a delivery whose process vanished is tried again
 * @param parallel requests at once
 * @param perWebhook requests at once to one webhook
 * @param retryFirst pause after the first failure; it doubles up to {@code retryMost}, a quarter more or less
 * @param giveUpAfter age at which an event is given up
 * @param disableAfter how long everything must have failed until a webhook is disabled
 * @param keep how long ended deliveries are kept
 */
@Validated
@ConfigurationProperties("mlaas.sharing.webhook")
record WebhookProperties(
        @DefaultValue List<String> allowedNetworks,
        @DefaultValue("false") boolean allowHttp,
        @DefaultValue("20") @Positive int most,
        @DefaultValue("10s") @NotNull Duration timeout,
        @DefaultValue("1m") @NotNull Duration lease,
        @DefaultValue("16") @Positive int parallel,
        @DefaultValue("4") @Positive int perWebhook,
        @DefaultValue("5s") @NotNull Duration retryFirst,
        @DefaultValue("1h") @NotNull Duration retryMost,
        @DefaultValue("3d") @NotNull Duration giveUpAfter,
        @DefaultValue("5d") @NotNull Duration disableAfter,
        @DefaultValue("30d") @NotNull Duration keep) {
    WebhookProperties {
        if (lease.compareTo(timeout) <= 0) {
            throw new IllegalArgumentException(
                    "mlaas.sharing.webhook.lease: %s (expected: more than the timeout, %s)".formatted(lease, timeout));
        }
    }

    /** The pause after this many attempts. */
    Duration pause(int attempts) {
        Duration doubled = retryFirst.multipliedBy(1L << Math.min(Math.max(attempts, 1) - 1, 20));
        Duration pause = doubled.compareTo(retryMost) < 0 ? doubled : retryMost;
        return Duration.ofMillis(
                (long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(0.75, 1.25)));
    }
}
