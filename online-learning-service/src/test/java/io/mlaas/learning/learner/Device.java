package io.mlaas.learning.learner;

import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Somebody at the broker, with the account of the platform; topics are those of a company. */
final class Device implements AutoCloseable {
    static final String PREFIX = "mlaas/" + TestIdentity.ACME + "/";

    private final MqttClient client;
    private final BlockingQueue<MqttMessage> received = new LinkedBlockingQueue<>();

    Device(String subscribesTo) throws MqttException {
        client = new MqttClient(
                TestServers.mqttBroker().server().url(), "device-" + UUID.randomUUID(), new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(TestServers.MQTT_OPERATOR);
        options.setPassword(TestServers.MQTT_PASSWORD.getBytes(StandardCharsets.UTF_8));
        options.setAutomaticReconnect(false);
        client.connect(options);
        MqttSubscription subscription = new MqttSubscription(PREFIX + subscribesTo, 1);
        client.subscribe(
                new MqttSubscription[] {subscription},
                new org.eclipse.paho.mqttv5.client.IMqttMessageListener[] {(_, message) -> received.add(message)});
    }

    void send(String topic, String payload) throws MqttException {
        send(topic, payload.getBytes(StandardCharsets.UTF_8), _ -> {});
    }

    void send(String topic, byte[] payload, Consumer<MqttProperties> properties) throws MqttException {
        MqttMessage message = new MqttMessage(payload);
        message.setQos(1);
        MqttProperties given = new MqttProperties();
        properties.accept(given);
        message.setProperties(given);
        client.publish(PREFIX + topic, message);
    }

    /** The next message of what it subscribes to. */
    MqttMessage next() throws InterruptedException {
        MqttMessage message = received.poll(30, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message came");
        }
        return message;
    }

    @Override
    public void close() throws MqttException {
        if (client.isConnected()) {
            client.disconnect();
        }
        client.close(true);
    }
}
