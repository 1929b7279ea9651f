package io.mlaas.learning.device;

import io.mlaas.learning.mqtt.MqttProperties;
import io.mlaas.learning.mqtt.MqttPublisher;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells the broker which credentials have ended, so that it ends the connections that were opened with them. What it is
 * told of was committed with the change itself, and is told again until the broker has acknowledged it; this does not
 * go through Kafka, so that a credential ends also while Kafka is away.
 */
@Component
class EndedCredentials implements SmartLifecycle {
    static final String TOPIC = "mlaas/control/devices/revoked";

    private static final Logger log = LoggerFactory.getLogger(EndedCredentials.class);
    private static final long POLL_MILLIS = 1000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final MqttProperties broker;
    private final MqttPublisher publisher;
    private final JsonMapper json;
    private final Semaphore work = new Semaphore(0);
    private volatile boolean running;
    private volatile Thread thread = Thread.currentThread();

    EndedCredentials(
            JdbcClient jdbc,
            TransactionTemplate transactions,
            MqttProperties broker,
            MqttPublisher publisher,
            JsonMapper json) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.broker = broker;
        this.publisher = publisher;
        this.json = json;
    }

    /** Looks now: something was committed. */
    void wake() {
        work.release();
    }

    @Override
    public void start() {
        running = true;
        if (broker.present()) {
            thread = Thread.ofVirtual().name("ended-credentials").start(this::run);
        }
    }

    @Override
    public void stop() {
        running = false;
        if (broker.present()) {
            thread.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void run() {
        boolean failing = false;
        while (running) {
            try {
                while (tellOne()) {
                    log.debug("a credential has ended at the broker too, looking for more");
                }
                failing = false;
            } catch (RuntimeException | MqttException e) {
                if (running && !failing) {
                    log.warn("the broker cannot be told now which credentials have ended", e);
                }
                failing = true;
            }
            try {
                work.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS);
                work.drainPermits();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private record Ended(UUID deviceId, int below) {}

    /** What the broker reads. */
    private record Message(String userName, int below) {}

    private boolean tellOne() throws MqttException {
        // A transaction is not held open while the broker is waited for: it may be told twice, by two instances.
        Ended ended = jdbc.sql("select device_id, below from ended_credential limit 1")
                .query(Ended.class)
                .optional()
                .orElse(null);
        if (ended == null) {
            return false;
        }
        publisher.publish(TOPIC, json.writeValueAsBytes(new Message(Device.userName(ended.deviceId()), ended.below())));
        transactions.executeWithoutResult(
                status -> jdbc.sql("delete from ended_credential where device_id = :id and below = :below")
                        .param("id", ended.deviceId())
                        .param("below", ended.below())
                        .update());
        return true;
    }
}
