package io.mlaas.stack.energy;

import io.mlaas.energy.grid.Meter;
import io.mlaas.energy.grid.Payloads;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/** A device's connection to the broker: it publishes what meters read, at QoS 1, with its own user name and password. */
final class MeterConnection implements AutoCloseable {
    private static final int IN_FLIGHT = 8;
    private static final int FIRST_FAILURE = 0x80;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MqttAsyncClient client;
    private final String prefix;
    private final Semaphore free = new Semaphore(IN_FLIGHT);
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private long bytes;

    MeterConnection(String broker, EnergyPlatform.Credential credential, UUID organization) throws MqttException {
        prefix = "mlaas/" + organization + "/";
        client = new MqttAsyncClient(broker, "energy-demo-" + UUID.randomUUID(), new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(credential.userName());
        options.setPassword(credential.password().getBytes(StandardCharsets.UTF_8));
        options.setCleanStart(true);
        client.connect(options).waitForCompletion(PATIENCE.toMillis());
    }

    /**
     * Publishes a time of every meter, a message for each block of readings, and waits until the broker has taken all.
     *
     * @param told the number of messages so far, after each
     */
    void publish(List<Meter> meters, Instant from, Duration length, Duration block, LongConsumer told)
            throws MqttException, InterruptedException {
        long sent = 0;
        Instant end = from.plus(length);
        for (Instant at = from; at.isBefore(end); at = at.plus(block)) {
            Duration left = Duration.between(at, end);
            Duration held = left.compareTo(block) < 0 ? left : block;
            for (Meter meter : meters) {
                publish(meter.topic(), Payloads.json(meter.read(at, held)));
                told.accept(++sent);
            }
        }
        acquire(IN_FLIGHT);
        free.release(IN_FLIGHT);
    }

    /** Of all payloads that were published. */
    long bytes() {
        return bytes;
    }

    private void publish(String topic, byte[] payload) throws MqttException, InterruptedException {
        acquire(1);
        bytes += payload.length;
        client.publish(prefix + topic, payload, 1, false, null, new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                int @Nullable [] reasons = token.getReasonCodes();
                if (reasons != null && reasons.length > 0 && reasons[0] >= FIRST_FAILURE) {
                    failure.compareAndSet(null, "refused with reason " + reasons[0]);
                }
                free.release();
            }

            @Override
            public void onFailure(IMqttToken token, Throwable cause) {
                failure.compareAndSet(null, String.valueOf(cause.getMessage()));
                free.release();
            }
        });
    }

    private void acquire(int permits) throws InterruptedException {
        boolean taken = free.tryAcquire(permits, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        String problem = failure.get();
        if (problem != null || !taken) {
            throw new EnergyStory.NotProved("the broker did not take a message: "
                    + (problem == null ? "no answer within " + PATIENCE.toSeconds() + " s" : problem));
        }
    }

    @Override
    public void close() throws MqttException {
        if (client.isConnected()) {
            client.disconnectForcibly(0, PATIENCE.toMillis(), 0, new MqttProperties());
        }
        client.close(true);
    }
}
