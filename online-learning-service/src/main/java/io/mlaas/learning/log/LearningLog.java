package io.mlaas.learning.log;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.stereotype.Component;

/** Writes entries; what {@link #append} answered for is durable. */
@Component
public class LearningLog implements DisposableBean {
    private static final Duration CLOSING = Duration.ofSeconds(10);
    private static final int LINGER_MILLIS = 3;
    private static final int BATCH_BYTES = 128 * 1024;

    private final KafkaProducer<String, byte[]> producer;
    private final KafkaProducer<String, byte[]> batching;
    private final LogProperties properties;
    private final LogLayout layout;

    LearningLog(KafkaProperties kafka, LogProperties properties, LogLayout layout) {
        this.properties = properties;
        this.layout = layout;
        Map<String, Object> settings = new HashMap<>(kafka.buildProducerProperties());
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        this.producer = new KafkaProducer<>(settings);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        // Messages wait as long as it takes, and keep their order.
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        this.batching = new KafkaProducer<>(settings);
    }

    /** Where an entry is. */
    public record Position(int partition, long offset) {}

    /** @throws LogAwayException if it is not durable within the configured time; it may become so later */
    public Position append(LogEntry entry) {
        try {
            RecordMetadata written =
                    send(entry).get(properties.acknowledgement().toMillis(), TimeUnit.MILLISECONDS);
            return new Position(written.partition(), written.offset());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogAwayException("interrupted", e);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new LogAwayException("not durable within " + properties.acknowledgement(), e);
        }
    }

    private Future<RecordMetadata> send(LogEntry entry) {
        return producer.send(record(entry));
    }

    /**
     * Appends one of many, in the order of the calls. It may take as long as Kafka is away.
     *
     * @return completed when the entry is durable
     * @throws LogAwayException if Kafka does not take it now; it may be given again
     */
    public CompletableFuture<Void> appendLater(LogEntry entry) {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        try {
            Future<RecordMetadata> _ = batching.send(record(entry), (written, failure) -> {
                if (failure == null) {
                    durable.complete(null);
                } else {
                    durable.completeExceptionally(failure);
                }
            });
        } catch (KafkaException e) {
            throw new LogAwayException("not taken", e);
        }
        return durable;
    }

    private ProducerRecord<String, byte[]> record(LogEntry entry) {
        String key = entry.learner().toString();
        int partition = layout.partition(key.getBytes(StandardCharsets.UTF_8));
        return new ProducerRecord<>(properties.topic(), partition, key, entry.bytes());
    }

    /** Bytes of the largest entry. */
    public long largestEntry() {
        return properties.entry().toBytes();
    }

    @Override
    public void destroy() {
        producer.close();
        batching.close(CLOSING);
    }
}
