package io.mlaas.sharing.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way to a webhook.
 *
 * @param eventId the header {@code webhook-id}: the same in every attempt
 * @param state WAITING, DELIVERED or FAILED: given up
 * @param nextAttemptAt while it waits
 * @param log the attempts, oldest first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record WebhookDelivery(
        UUID id,
        UUID eventId,
        String eventType,
        String subject,
        String state,
        int attempts,
        @Nullable Instant nextAttemptAt,
        Instant createdAt,
        @Nullable Instant endedAt,
        List<Attempt> log) {

    /**
     * One request.
     *
     * @param status that was answered; absent if there was no answer
     * @param error address_refused, unknown_host, timeout, tls or connection
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Attempt(
            Instant at, @Nullable Integer status, @Nullable String error, long durationMs) {}

    /** @param nextCursor give it as {@code cursor} to get what follows; absent on the last page */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page(List<WebhookDelivery> items, @Nullable String nextCursor) {}
}
