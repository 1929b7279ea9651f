package io.mlaas.learning.device;

import io.mlaas.kit.work.Rounds;
import io.mlaas.learning.mqtt.MqttProperties;
import io.mlaas.learning.mqtt.MqttPublisher;
import java.time.Duration;
import java.util.UUID;
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
    private static final Duration POLL = Duration.ofSeconds(1);

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final MqttProperties broker;
    private final MqttPublisher publisher;
    private final JsonMapper json;
    private final Rounds rounds = new Rounds(
            "ended-credentials",
            POLL,
            POLL,
            log,
            "the broker cannot be told now which credentials have ended",
            this::tellOne);
    private volatile boolean running;

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
        rounds.wake();
    }

    @Override
    public void start() {
        running = true;
        if (broker.present()) {
            rounds.start();
        }
    }

    @Override
    public void stop() {
        running = false;
        rounds.stop(Duration.ZERO);
    }

    @Override
    public boolean isRunning() {
        return running;
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
