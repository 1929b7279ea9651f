package io.mlaas.learning.mqtt;

import java.nio.charset.StandardCharsets;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Publishes one message after another; what {@link #publish} returned from is acknowledged by the broker. */
@Component
public class MqttPublisher implements DisposableBean {
    private static final long PATIENCE_MILLIS = 10_000;
    /** Reason codes from here on say that something failed (MQTT 5, 2.4). */
    private static final int FIRST_FAILURE = 0x80;

    private final MqttProperties properties;
    private @Nullable MqttAsyncClient client;

    MqttPublisher(MqttProperties properties) {
        this.properties = properties;
    }

    /**
     * With QoS 1.
     *
     * @throws MqttException if the broker does not acknowledge it; it may have it nevertheless
     */
    public synchronized void publish(String topic, byte[] payload) throws MqttException {
        try {
            IMqttToken token = connected().publish(topic, payload, 1, false);
            token.waitForCompletion(PATIENCE_MILLIS);
            requireTaken(token);
        } catch (MqttException e) {
            close();
            throw e;
        }
    }

    private static void requireTaken(IMqttToken token) throws MqttException {
        int @Nullable [] reasons = token.getReasonCodes();
        if (reasons != null) {
            for (int reason : reasons) {
                if (reason >= FIRST_FAILURE) {
                    throw new MqttException(reason);
                }
            }
        }
    }

    private MqttAsyncClient connected() throws MqttException {
        MqttAsyncClient known = client;
        if (known != null && known.isConnected()) {
            return known;
        }
        close();
        MqttAsyncClient fresh = new MqttAsyncClient(
                String.valueOf(properties.url()), properties.clientId() + "-publisher", new MemoryPersistence());
        client = fresh;
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(properties.userName());
        options.setPassword(properties.password().getBytes(StandardCharsets.UTF_8));
        options.setCleanStart(true);
        fresh.connect(options).waitForCompletion(PATIENCE_MILLIS);
        return fresh;
    }

    private void close() throws MqttException {
        MqttAsyncClient old = client;
        client = null;
        if (old != null) {
            if (old.isConnected()) {
                old.disconnectForcibly(0, PATIENCE_MILLIS, true);
            }
            old.close(true);
        }
    }

    @Override
    public synchronized void destroy() throws MqttException {
        close();
    }
}
