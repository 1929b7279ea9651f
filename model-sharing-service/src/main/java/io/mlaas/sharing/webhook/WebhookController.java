package io.mlaas.sharing.webhook;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Webhooks")
class WebhookController {
    private static final int MOST = 200;
    private static final Set<String> STATES = Set.of("WAITING", "DELIVERED", "FAILED");

    private final Webhooks webhooks;
    private final DeliveryRepository deliveries;

    WebhookController(Webhooks webhooks, DeliveryRepository deliveries) {
        this.webhooks = webhooks;
        this.deliveries = deliveries;
    }

    record NewWebhook(
            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    example = "https://example.com/mlaas",
                    description = "Where events are sent to; a public address")
            @Nullable
            String url,

            @Nullable String description,

            @Schema(description = "Absent or empty for all", example = "[\"io.mlaas.model.trained\"]") @Nullable
            List<String> eventTypes) {}

    /** What is absent stays as it is. */
    record Changes(
            @Nullable String url,
            @Nullable String description,
            @Nullable List<String> eventTypes,
            @Nullable Boolean enabled) {}

    record WebhookWithSecret(
            @JsonUnwrapped Webhook webhook,

            @Schema(description = "The key of the signatures; it is not shown again", example = "whsec_…")
            String secret) {}

    record WebhookList(List<Webhook> items) {}

    @PostMapping("/webhooks")
    @PreAuthorize("hasRole('OPERATOR')")
    @Operation(operationId = "createWebhook", summary = "Be told of the company's events")
    @ApiResponse(responseCode = "201", description = "Made; the secret is in this answer only")
    ResponseEntity<WebhookWithSecret> create(@RequestBody NewWebhook wanted, Caller caller) {
        Webhooks.Created created = webhooks.create(caller, wanted.url(), wanted.description(), wanted.eventTypes());
        return ResponseEntity.created(
                        URI.create("/webhooks/" + created.webhook().id()))
                .body(new WebhookWithSecret(created.webhook(), created.secret()));
    }

    @GetMapping("/webhooks")
    @PreAuthorize("hasRole('OPERATOR')")
    @Operation(operationId = "listWebhooks", summary = "The company's webhooks")
    WebhookList list(Caller caller) {
        return new WebhookList(webhooks.list(caller));
    }

    @GetMapping("/webhooks/{webhook_id}")
    @PreAuthorize("hasRole('OPERATOR')")
    @Operation(operationId = "webhook", summary = "A webhook")
    Webhook find(@PathVariable("webhook_id") UUID id, Caller caller) {
        return webhooks.find(id, caller);
    }

    @PatchMapping("/webhooks/{webhook_id}")
    @PreAuthorize("hasRole('OPERATOR')")
    @Operation(operationId = "changeWebhook", summary = "Change a webhook, or enable it again")
    Webhook change(@PathVariable("webhook_id") UUID id, @RequestBody Changes changes, Caller caller) {
        return webhooks.change(
                id, caller, changes.url(), changes.description(), changes.eventTypes(), changes.enabled());
    }

    @DeleteMapping("/webhooks/{webhook_id}")
    @PreAuthorize("hasRole('OPERATOR')")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "deleteWebhook", summary = "Delete a webhook and its log")
    @ApiResponse(responseCode = "204", description = "Deleted; what was not delivered is not delivered any more")
    void delete(@PathVariable("webhook_id") UUID id, Caller caller) {
        webhooks.delete(id, caller);
    }

    @GetMapping("/webhooks/{webhook_id}/deliveries")
    @PreAuthorize("hasRole('OPERATOR')")
    @Operation(operationId = "webhookDeliveries", summary = "What was sent and what waits, newest first")
    WebhookDelivery.Page deliveries(
            @PathVariable("webhook_id") UUID id,
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "status", required = false) @Nullable String status,
            Caller caller) {
        webhooks.find(id, caller);
        if (limit < 1 || limit > MOST) {
            throw PlatformProblem.INVALID_REQUEST.because("limit: %d (expected: 1 to %d)".formatted(limit, MOST));
        }
        if (status != null && !STATES.contains(status)) {
            throw PlatformProblem.INVALID_REQUEST.because("status: %s (expected: one of %s)".formatted(status, STATES));
        }
        return deliveries.newest(id, status, limit, cursor);
    }

    @PostMapping("/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver")
    @PreAuthorize("hasRole('OPERATOR')")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "redeliver", summary = "Send an event once more, now")
    @ApiResponse(responseCode = "202", description = "It will be sent, with the same webhook-id")
    WebhookDelivery redeliver(
            @PathVariable("webhook_id") UUID id, @PathVariable("delivery_id") UUID deliveryId, Caller caller) {
        return webhooks.redeliver(id, deliveryId, caller);
    }

    @PostMapping("/webhooks/{webhook_id}/test")
    @PreAuthorize("hasRole('OPERATOR')")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "testWebhook", summary = "Send an event that tells of nothing")
    @ApiResponse(responseCode = "202", description = "It will be sent; the deliveries show what became of it")
    WebhookDelivery test(@PathVariable("webhook_id") UUID id, Caller caller) {
        return webhooks.test(id, caller);
    }
}
