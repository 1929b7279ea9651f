package io.mlaas.bench.monitoring;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Writes to Kafka, each message once, however often the broker dies. */
final class Sender implements AutoCloseable {
    private final KafkaProducer<String, byte[]> producer;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    Sender(String bootstrap) {
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        "linger.ms",
                        20,
                        "batch.size",
                        256 * 1024,
                        "buffer.memory",
                        64L * 1024 * 1024,
                        "max.block.ms",
                        300_000,
                        "delivery.timeout.ms",
                        600_000),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Messages with one key go to one partition, in order. */
    void send(String topic, @Nullable String key, byte[] message) {
        bytes.addAndGet(message.length);
        Future<RecordMetadata> _ = producer.send(new ProducerRecord<>(topic, key, message), (metadata, e) -> {
            if (e != null) {
                failure.compareAndSet(null, e);
            }
        });
    }

    long bytes() {
        return bytes.get();
    }

    /** Waits until the broker has all. */
    void flush() {
        producer.flush();
        Exception failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("Kafka did not take a message", failed);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(30));
    }
}
