package io.mlaas.bench.mqtt;

import io.mlaas.bench.mqtt.Platform.Credential;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** A device that publishes each message, with its id, until the broker has acknowledged it. */
final class Persistent {
    private static final long PAUSE_MILLIS = 300;

    private final String broker;
    private final String clientId;
    private final Credential credential;
    private final String topic;
    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    private int published;

    Persistent(String broker, String clientId, Credential credential, String topic) {
        this.broker = broker;
        this.clientId = clientId;
        this.credential = credential;
        this.topic = topic + "/" + clientId;
    }

    /**
     * Spreads the messages over a time.
     *
     * @return how many were published more than once
     */
    int publish(int[] ids, Duration over) throws InterruptedException {
        long begun = System.nanoTime();
        while (acknowledged.size() < ids.length) {
            try (Device device = new Device(broker, clientId, credential, message -> {})) {
                for (int i = 0; i < ids.length && device.isConnected(); i++) {
                    if (!acknowledged.contains(ids[i])) {
                        LockSupport.parkNanos(begun + over.toNanos() * i / ids.length - System.nanoTime());
                        send(device, ids[i]);
                    }
                }
                device.settle();
            } catch (MqttException away) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
        return published - ids.length;
    }

    private void send(Device device, int id) throws MqttException, InterruptedException {
        MqttProperties properties = new MqttProperties();
        properties.getUserProperties().add(new UserProperty("id", Integer.toString(id)));
        published++;
        device.publish(
                topic,
                "{\"id\":%d,\"y\":1}".formatted(id).getBytes(StandardCharsets.US_ASCII),
                properties,
                () -> acknowledged.add(id));
    }
}
