package io.mlaas.learning.stream;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all that read Kafka here do alike. */
final class Reading {
    private static final Logger log = LoggerFactory.getLogger(Reading.class);
    private static final Duration LONGEST_END = Duration.ofSeconds(15);

    private Reading() {}

    /** Reads the same again. */
    static void goBack(KafkaConsumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> polled) {
        try {
            polled.partitions()
                    .forEach(partition -> consumer.seek(
                            partition, polled.records(partition).getFirst().offset()));
        } catch (IllegalStateException e) {
            log.debug("another instance has the partition now, and reads on from what is committed", e);
        }
    }

    /** Wakes a consumer up and waits until its thread has closed it. */
    static void end(KafkaConsumer<String, byte[]> consumer, Thread thread) {
        consumer.wakeup();
        try {
            thread.join(LONGEST_END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
