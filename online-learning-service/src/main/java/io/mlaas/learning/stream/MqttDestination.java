package io.mlaas.learning.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.learning.mqtt.MqttProperties;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers to the broker, with QoS 1. */
final class MqttDestination implements Destination {
    private static final Logger log = LoggerFactory.getLogger(MqttDestination.class);
    private static final int WINDOW = 100;

    private final MqttProperties broker;
    private final Counter refused;
    private @Nullable MqttLink link;

    MqttDestination(MqttProperties broker, MeterRegistry meters) {
        this.broker = broker;
        this.refused = meters.counter("mlaas.learning.answers.refused", "transport", "mqtt");
    }

    @Override
    public Transport transport() {
        return Transport.MQTT;
    }

    @Override
    public void publish(List<Answer> answers) throws MqttException {
        try {
            MqttLink at = connected();
            Deque<IMqttToken> sent = new ArrayDeque<>();
            for (Answer answer : answers) {
                if (sent.size() >= at.window(WINDOW)) {
                    await(sent.removeFirst());
                }
                sent.addLast(at.client().publish(answer.topic(), message(answer)));
            }
            while (!sent.isEmpty()) {
                await(sent.removeFirst());
            }
        } catch (MqttException e) {
            close();
            throw e;
        }
    }

    private void await(IMqttToken token) throws MqttException {
        int reason = MqttLink.refusal(token);
        if (reason != 0) {
            refused.increment();
            log.warn("the broker refuses an answer: reason {}", reason);
        }
    }

    private static MqttMessage message(Answer answer) {
        MqttMessage message = new MqttMessage(answer.json().getBytes(StandardCharsets.UTF_8));
        message.setQos(1);
        var given = new org.eclipse.paho.mqttv5.common.packet.MqttProperties();
        given.setContentType("application/json");
        given.getUserProperties().add(new UserProperty("id", answer.id()));
        if (answer.correlation() != null) {
            given.setCorrelationData(answer.correlation());
        }
        message.setProperties(given);
        return message;
    }

    private MqttLink connected() throws MqttException {
        MqttLink known = link;
        if (known != null && !known.hasEnded()) {
            return known;
        }
        close();
        MqttLink fresh = new MqttLink(broker, broker.clientId() + "-answers", (_, _) -> {});
        link = fresh;
        MqttConnectionOptions options = MqttLink.options(broker);
        options.setCleanStart(true);
        fresh.connect(options);
        return fresh;
    }

    @Override
    public void close() {
        MqttLink old = link;
        link = null;
        if (old != null) {
            old.close();
        }
    }
}
