package io.mlaas.bench.mqtt;

import io.mlaas.bench.mqtt.Platform.Credential;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** A connected device that has some messages of QoS 1 under way at once. */
final class Device implements AutoCloseable {
    private static final int WINDOW = 200;
    private static final long PATIENCE = 30_000;
    private static final int FIRST_FAILURE = 0x80;

    private final MqttAsyncClient client;
    private final Semaphore window = new Semaphore(WINDOW);

    Device(String broker, String clientId, Credential credential, Consumer<MqttMessage> received) throws MqttException {
        client = new MqttAsyncClient(broker, clientId, null);
        client.setCallback(new Received(received));
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(credential.userName());
        options.setPassword(credential.password().getBytes(StandardCharsets.UTF_8));
        options.setReceiveMaximum(1000);
        options.setConnectionTimeout(10);
        try {
            client.connect(options).waitForCompletion(PATIENCE);
        } catch (MqttException e) {
            client.close(true);
            throw e;
        }
    }

    void subscribe(String topic) throws MqttException {
        IMqttToken token = client.subscribe(topic, 1);
        token.waitForCompletion(PATIENCE);
        if (token.getReasonCodes()[0] >= FIRST_FAILURE) {
            throw new MqttException(token.getReasonCodes()[0]);
        }
    }

    /** Waits only while too many are under way. */
    void publish(String topic, byte[] payload, MqttProperties properties, Runnable acknowledged)
            throws MqttException, InterruptedException {
        if (!window.tryAcquire(PATIENCE, TimeUnit.MILLISECONDS)) {
            throw new MqttException(MqttClientException.REASON_CODE_CLIENT_TIMEOUT);
        }
        MqttMessage message = new MqttMessage(payload, 1, false, properties);
        try {
            client.publish(topic, message, null, new Acknowledgement(acknowledged));
        } catch (MqttException e) {
            window.release();
            throw e;
        }
    }

    /** Until nothing is under way any more; what a broken connection had under way failed. */
    void settle() throws InterruptedException, MqttException {
        if (!window.tryAcquire(WINDOW, PATIENCE, TimeUnit.MILLISECONDS)) {
            throw new MqttException(MqttClientException.REASON_CODE_CLIENT_TIMEOUT);
        }
        window.release(WINDOW);
    }

    boolean isConnected() {
        return client.isConnected();
    }

    @Override
    public void close() throws MqttException {
        if (client.isConnected()) {
            client.disconnect().waitForCompletion(PATIENCE);
        }
        client.close(true);
    }

    private final class Acknowledgement implements MqttActionListener {
        private final Runnable acknowledged;

        Acknowledgement(Runnable acknowledged) {
            this.acknowledged = acknowledged;
        }

        @Override
        public void onSuccess(IMqttToken token) {
            int[] reasons = token.getReasonCodes();
            if (reasons == null || Arrays.stream(reasons).allMatch(reason -> reason < FIRST_FAILURE)) {
                acknowledged.run();
            }
            window.release();
        }

        @Override
        public void onFailure(IMqttToken token, Throwable failure) {
            window.release();
        }
    }
}
