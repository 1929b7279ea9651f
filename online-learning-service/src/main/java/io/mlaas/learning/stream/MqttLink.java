package io.mlaas.learning.stream;

import io.mlaas.learning.mqtt.MqttProperties;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the broker, which ends and is not made again: a message can only be acknowledged on the connection that
 * it came over.
 */
final class MqttLink implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MqttLink.class);
    static final long PATIENCE_MILLIS = 10_000;

    /** Reason codes from here on say that something failed (MQTT 5, 2.4). */
    private static final int FIRST_FAILURE = 0x80;

    private static final int LAST_FAILURE = 0xff;

    private final MqttAsyncClient client;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Acknowledgements acknowledgements = new Acknowledgements(this::acknowledge);
    private @Nullable Integer receiveMaximum;

    /** @param received called with the topic and each message, by one thread; while it waits, nothing comes */
    MqttLink(MqttProperties broker, String clientId, BiConsumer<String, MqttMessage> received) throws MqttException {
        this.client = new MqttAsyncClient(String.valueOf(broker.url()), clientId, new MemoryPersistence());
        client.setManualAcks(true);
        client.setCallback(new Callback(received));
    }

    static MqttConnectionOptions options(MqttProperties broker) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(broker.userName());
        options.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        options.setAutomaticReconnect(false);
        options.setKeepAliveInterval(30);
        options.setConnectionTimeout(10);
        return options;
    }

    void connect(MqttConnectionOptions options) throws MqttException {
        IMqttToken token = client.connect(options);
        token.waitForCompletion(PATIENCE_MILLIS);
        if (!client.isConnected()) {
            throw new MqttException(MqttClientException.REASON_CODE_CLIENT_TIMEOUT);
        }
        receiveMaximum = token.getResponseProperties() == null
                ? null
                : token.getResponseProperties().getReceiveMaximum();
    }

    MqttAsyncClient client() {
        return client;
    }

    /** How many messages the broker takes before it has acknowledged the first of them. */
    int window(int most) {
        return receiveMaximum == null ? most : Math.min(most, receiveMaximum);
    }

    /**
     * Called for every message, in the order in which they come.
     *
     * @return to be called so many times before the broker is told that the message is taken; on a connection that has
     *     ended it will be sent again
     */
    Runnable acknowledgeAfter(int times, MqttMessage message) {
        return acknowledgements.after(times, message);
    }

    private void acknowledge(MqttMessage message) {
        try {
            client.messageArrivedComplete(message.getId(), message.getQos());
        } catch (MqttException e) {
            log.debug("the connection has ended; what came over it comes again", e);
        }
    }

    /** @throws MqttException if the broker did not answer, or refused */
    static void await(IMqttToken token) throws MqttException {
        int reason = refusal(token);
        if (reason != 0) {
            throw new MqttException(reason);
        }
    }

    /**
     * Waits for what the broker says, and answers why it refused; 0 if it did not.
     *
     * @throws MqttException if it did not answer
     */
    static int refusal(IMqttToken token) throws MqttException {
        try {
            token.waitForCompletion(PATIENCE_MILLIS);
        } catch (MqttException e) {
            if (e.getReasonCode() >= FIRST_FAILURE && e.getReasonCode() <= LAST_FAILURE) {
                return e.getReasonCode();
            }
            throw e;
        }
        return failure(token);
    }

    /** Why the broker refused; 0 if it did not. */
    private static int failure(IMqttToken token) {
        int @Nullable [] reasons = token.getReasonCodes();
        if (reasons != null) {
            for (int reason : reasons) {
                if (reason >= FIRST_FAILURE) {
                    return reason;
                }
            }
        }
        return 0;
    }

    /** @return whether it has ended */
    boolean awaitEnd(Duration most) throws InterruptedException {
        return ended.await(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            if (client.isConnected()) {
                client.disconnectForcibly(1000, 1000, true);
            }
            client.close(true);
        } catch (MqttException e) {
            log.debug("the connection ends without ceremony", e);
        }
    }

    private final class Callback implements MqttCallback {
        private final BiConsumer<String, MqttMessage> received;

        private Callback(BiConsumer<String, MqttMessage> received) {
            this.received = received;
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            log.debug("disconnected: {}", response);
            ended.countDown();
        }

        @Override
        public void mqttErrorOccurred(MqttException e) {
            log.warn("the broker's connection has a fault", e);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            received.accept(topic, message);
        }

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String uri) {}

        @Override
        public void authPacketArrived(
                int reasonCode, org.eclipse.paho.mqttv5.common.packet.MqttProperties properties) {}
    }
}
