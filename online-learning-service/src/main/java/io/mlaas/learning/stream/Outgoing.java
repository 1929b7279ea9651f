package io.mlaas.learning.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.learning.event.PredictionEvent;
import io.mlaas.learning.event.PredictionEvents;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
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

/**
 * Sends what messages lead to, at once and without waiting; after {@link #flush} it is durable. Used by the one thread that
 * learns.
 */
@Component
public class Outgoing implements DisposableBean {
    private final KafkaProducer<String, byte[]> producer;
    private final StreamProperties properties;
    private final PredictionEvents events;
    private final Counter answers;
    private final Counter deadLetters;
    private List<Sent> unsure = new ArrayList<>();

    Outgoing(KafkaProperties kafka, StreamProperties properties, PredictionEvents events, MeterRegistry meters) {
        this.properties = properties;
        this.events = events;
        Map<String, Object> settings = new HashMap<>(kafka.buildProducerProperties());
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 1);
        this.producer = new KafkaProducer<>(settings);
        this.answers = meters.counter("mlaas.learning.answers");
        this.deadLetters = meters.counter("mlaas.learning.dead.letters");
    }

    private record Sent(ProducerRecord<String, byte[]> message, Future<RecordMetadata> written) {}

    public void send(Answer answer) {
        answers.increment();
        send(properties.answers(), answer.learner().toString(), answer.toJson());
    }

    public void send(DeadLetter letter) {
        deadLetters.increment();
        send(properties.deadLetters(), letter.organizationId().toString(), letter.toJson());
    }

    public void send(PredictionEvent event) {
        events.message(event).forEach(message -> unsure.add(send(message)));
    }

    private void send(String topic, String key, String json) {
        unsure.add(send(new ProducerRecord<>(topic, key, json.getBytes(StandardCharsets.UTF_8))));
    }

    private Sent send(ProducerRecord<String, byte[]> message) {
        try {
            return new Sent(message, producer.send(message));
        } catch (KafkaException e) {
            return new Sent(message, CompletableFuture.failedFuture(e));
        }
    }

    /** @throws KafkaException if something is not durable; it will be sent again by the next call */
    public void flush() {
        if (unsure.isEmpty()) {
            return;
        }
        producer.flush();
        List<Sent> again = new ArrayList<>();
        Throwable failure = null;
        for (Sent sent : unsure) {
            try {
                sent.written().get();
            } catch (ExecutionException e) {
                failure = e.getCause();
                again.add(sent);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaException("interrupted", e);
            }
        }
        unsure = new ArrayList<>();
        again.forEach(sent -> unsure.add(send(sent.message())));
        if (failure != null) {
            throw new KafkaException(again.size() + " answers or dead letters are not durable", failure);
        }
    }

    @Override
    public void destroy() {
        producer.close();
    }
}
