package io.mlaas.sharing.webhook;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.kit.net.AllowedAddresses;
import io.mlaas.kit.seal.Seal;
import io.mlaas.kit.security.Caller;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The companies' webhooks. */
class Webhooks {
    static final String TEST = "io.mlaas.webhook.test";

    private final WebhookRepository webhooks;
    private final DeliveryRepository deliveries;
    private final WebhookRelay relay;
    private final Seal seal;
    private final AllowedAddresses allowed;
    private final WebhookProperties properties;
    private final TransactionTemplate transactions;
    private final JsonMapper json;

    Webhooks(
            WebhookRepository webhooks,
            DeliveryRepository deliveries,
            WebhookRelay relay,
            Seal seal,
            AllowedAddresses allowed,
            WebhookProperties properties,
            TransactionTemplate transactions,
            JsonMapper json) {
        this.webhooks = webhooks;
        this.deliveries = deliveries;
        this.relay = relay;
        this.seal = seal;
        this.allowed = allowed;
        this.properties = properties;
        this.transactions = transactions;
        this.json = json;
    }

    /** @param secret as the receiver needs it: it is not shown again */
    record Created(Webhook webhook, String secret) {}

    Created create(Caller caller, @Nullable String url, @Nullable String description, @Nullable List<String> types) {
        Webhook.requireUrl(url, properties.allowHttp(), allowed);
        String about = description == null ? "" : description;
        Webhook.requireDescription(about);
        List<String> wanted = types == null ? List.of() : types;
        Webhook.requireTypes(wanted);
        byte[] secret = Signature.newSecret();
        Webhook webhook = new Webhook(
                UUID.randomUUID(),
                String.valueOf(url),
                about,
                List.copyOf(wanted),
                true,
                null,
                null,
                caller.subject(),
                Instant.now().truncatedTo(ChronoUnit.MICROS));
        Boolean inserted = transactions.execute(status ->
                webhooks.insert(webhook, caller.organizationId(), seal.seal(webhook.id(), secret), properties.most()));
        if (!Boolean.TRUE.equals(inserted)) {
            throw WebhookProblem.TOO_MANY_WEBHOOKS.because(
                    "There are %d (expected: fewer).".formatted(properties.most()));
        }
        return new Created(webhook, Signature.written(secret));
    }

    List<Webhook> list(Caller caller) {
        return webhooks.list(caller.organizationId());
    }

    Webhook find(UUID id, Caller caller) {
        return webhooks.find(id, caller.organizationId())
                .orElseThrow(() -> WebhookProblem.UNKNOWN_WEBHOOK.because("webhook_id: " + id));
    }

    Webhook change(
            UUID id,
            Caller caller,
            @Nullable String url,
            @Nullable String description,
            @Nullable List<String> types,
            @Nullable Boolean enabled) {
        find(id, caller);
        if (url != null) {
            Webhook.requireUrl(url, properties.allowHttp(), allowed);
        }
        if (description != null) {
            Webhook.requireDescription(description);
        }
        if (types != null) {
            Webhook.requireTypes(types);
        }
        webhooks.change(id, url, description, types, enabled);
        relay.wake();
        return find(id, caller);
    }

    void delete(UUID id, Caller caller) {
        if (!webhooks.delete(id, caller.organizationId())) {
            throw WebhookProblem.UNKNOWN_WEBHOOK.because("webhook_id: " + id);
        }
    }

    /** Sends an event that tells of nothing. */
    WebhookDelivery test(UUID id, Caller caller) {
        requireEnabled(find(id, caller));
        CloudEvent<Map<String, UUID>> event =
                CloudEvent.of("/model-sharing-service", TEST, id, caller.organizationId(), Map.of("webhook_id", id));
        UUID delivery = deliveries.order(
                id, event.id(), TEST, id.toString(), json.writeValueAsString(event), properties.giveUpAfter());
        relay.wake();
        return delivery(id, delivery);
    }

    WebhookDelivery redeliver(UUID id, UUID deliveryId, Caller caller) {
        Webhook webhook = find(id, caller);
        delivery(id, deliveryId);
        requireEnabled(webhook);
        deliveries.again(deliveryId, properties.giveUpAfter());
        relay.wake();
        return delivery(id, deliveryId);
    }

    private WebhookDelivery delivery(UUID webhookId, UUID deliveryId) {
        return deliveries
                .find(deliveryId, webhookId)
                .orElseThrow(() -> WebhookProblem.UNKNOWN_DELIVERY.because("delivery_id: " + deliveryId));
    }

    private static void requireEnabled(Webhook webhook) {
        if (!webhook.enabled()) {
            throw WebhookProblem.WEBHOOK_DISABLED.because("webhook_id: " + webhook.id());
        }
    }
}
