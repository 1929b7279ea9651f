package io.mlaas.kit.event;

import io.mlaas.api.event.CloudEvent;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.json.JsonMapper;

/** Events to publish, written in the transaction of the change that they tell of. */
public class Outbox {
    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final OutboxRelay relay;

    Outbox(JdbcClient jdbc, JsonMapper json, OutboxRelay relay) {
        this.jdbc = jdbc;
        this.json = json;
        this.relay = relay;
    }

    /** Publishes after the surrounding transaction commits; outside a transaction it is refused. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void publish(String topic, CloudEvent<?> event) {
        jdbc.sql("""
                insert into outbox_event (id, topic, key, payload)
                values (:id, :topic, :key, :payload)
                """)
                .param("id", event.id())
                .param("topic", topic)
                .param("key", event.subject())
                .param("payload", json.writeValueAsString(event))
                .update();
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                relay.wake();
            }
        });
    }
}
