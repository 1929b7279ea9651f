package io.mlaas.sharing.webhook;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Orders the delivery of every event to the webhooks that want it. An event that comes twice is ordered once. */
@Component
class WebhookEvents {
    private static final Logger log = LoggerFactory.getLogger(WebhookEvents.class);

    private final DeliveryRepository deliveries;
    private final WebhookRelay relay;
    private final WebhookProperties properties;
    private final JsonMapper json;

    WebhookEvents(DeliveryRepository deliveries, WebhookRelay relay, WebhookProperties properties, JsonMapper json) {
        this.deliveries = deliveries;
        this.relay = relay;
        this.properties = properties;
        this.json = json;
    }

    @KafkaListener(
            topics = {Topics.REGISTRY, Topics.TRAINING, Topics.TRANSLATION, Topics.MONITORING},
            groupId = "${spring.application.name}-webhooks")
    void on(String message) {
        CloudEvent<JsonNode> event;
        try {
            event = json.readValue(message, new TypeReference<>() {});
        } catch (JacksonException e) {
            log.error("an event cannot be read and is left out", e);
            return;
        }
        int ordered = deliveries.order(
                event.organizationid(),
                event.id(),
                event.type(),
                event.subject(),
                event.time(),
                message,
                properties.giveUpAfter());
        if (ordered > 0) {
            relay.wake();
        }
    }
}
