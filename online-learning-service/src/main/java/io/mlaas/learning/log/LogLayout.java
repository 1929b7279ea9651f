package io.mlaas.learning.log;

import org.apache.kafka.common.utils.Utils;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which partition a learner's entries are in: that of Kafka's own partitioner for the number of partitions that the log
 * was begun with, whatever the topic has now. With another number learners would be looked for where they never were.
 */
@Component
class LogLayout {
    private final int partitions;

    /** @throws IllegalStateException if another number of partitions is configured than the log was begun with */
    LogLayout(JdbcClient jdbc, LogProperties properties) {
        jdbc.sql("insert into log_layout (topic, partition_count) values (:topic, :count) on conflict do nothing")
                .param("topic", properties.topic())
                .param("count", properties.partitions())
                .update();
        partitions = jdbc.sql("select partition_count from log_layout where topic = :topic")
                .param("topic", properties.topic())
                .query(Integer.class)
                .single();
        if (partitions != properties.partitions()) {
            throw new IllegalStateException(
                    "mlaas.learning.log.partitions: %d (expected: %d, with which the log %s was begun)"
                            .formatted(properties.partitions(), partitions, properties.topic()));
        }
    }

    int partitions() {
        return partitions;
    }

    /** @param key an entry's, as bytes */
    int partition(byte[] key) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }
}
