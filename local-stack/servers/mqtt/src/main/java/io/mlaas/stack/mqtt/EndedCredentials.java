package io.mlaas.stack.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.interceptor.publish.PublishInboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundInput;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundOutput;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens to the operator, who tells which credentials have ended; acknowledged once their connections are. */
final class EndedCredentials implements PublishInboundInterceptor {
    static final String TOPIC = "mlaas/control/devices/revoked";

    private static final Logger log = LoggerFactory.getLogger(EndedCredentials.class);
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final Connections connections;
    private final ObjectMapper json = new ObjectMapper();

    EndedCredentials(Connections connections) {
        this.connections = connections;
    }

    @Override
    public void onInboundPublish(PublishInboundInput input, PublishInboundOutput output) {
        if (!input.getPublishPacket().getTopic().equals(TOPIC)) {
            return;
        }
        JsonNode message;
        try {
            message = read(input.getPublishPacket().getPayload().orElseGet(() -> ByteBuffer.allocate(0)));
        } catch (IOException e) {
            log.warn("{}: not what the platform sends", TOPIC, e);
            output.preventPublishDelivery(AckReasonCode.PAYLOAD_FORMAT_INVALID);
            return;
        }
        var async = output.async(PATIENCE, TimeoutFallback.FAILURE, AckReasonCode.UNSPECIFIED_ERROR);
        var unused = connections
                .end(message.path("user_name").asText(), message.path("below").asInt())
                .whenComplete((ended, failure) -> {
                    if (failure != null) {
                        log.warn("connections whose credentials have ended are still open", failure);
                        output.preventPublishDelivery(AckReasonCode.UNSPECIFIED_ERROR);
                    }
                    async.resume();
                });
    }

    private JsonNode read(ByteBuffer payload) throws IOException {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        JsonNode message = json.readTree(bytes);
        if (!message.path("user_name").isTextual() || !message.path("below").isInt()) {
            throw new IOException("no user_name and below in it");
        }
        return message;
    }
}
