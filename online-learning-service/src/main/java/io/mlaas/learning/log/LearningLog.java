package io.mlaas.learning.log;

import java.util.HashMap;
import java.util.Map;
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
    private final KafkaProducer<String, byte[]> producer;
    private final LogProperties properties;

    LearningLog(KafkaProperties kafka, LogProperties properties) {
        this.properties = properties;
        Map<String, Object> settings = new HashMap<>(kafka.buildProducerProperties());
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        this.producer = new KafkaProducer<>(settings);
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
        return producer.send(
                new ProducerRecord<>(properties.topic(), entry.learner().toString(), entry.bytes()));
    }

    /** Bytes of the largest entry. */
    public long largestEntry() {
        return properties.entry().toBytes();
    }

    @Override
    public void destroy() {
        producer.close();
    }
}
