package io.mlaas.learning.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/** Answers to companies' topics in Kafka, which it makes if they are not there. */
final class KafkaDestination implements Destination {
    private static final Logger log = LoggerFactory.getLogger(KafkaDestination.class);
    private static final long PATIENCE_SECONDS = 30;

    private final KafkaProperties kafka;
    private final KafkaProducer<String, byte[]> producer;
    private final Counter refused;
    private final Set<String> there = new HashSet<>();
    private final Set<String> impossible = new HashSet<>();

    KafkaDestination(KafkaProperties kafka, MeterRegistry meters) {
        this.kafka = kafka;
        Map<String, Object> settings = new HashMap<>(kafka.buildProducerProperties());
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 1);
        this.producer = new KafkaProducer<>(settings);
        this.refused = meters.counter("mlaas.learning.answers.refused", "transport", "kafka");
    }

    @Override
    public Transport transport() {
        return Transport.KAFKA;
    }

    @Override
    public void publish(List<Answer> answers) throws ExecutionException, InterruptedException, TimeoutException {
        List<Future<RecordMetadata>> written = new ArrayList<>();
        for (Answer answer : answers) {
            if (isThere(answer.topic())) {
                ProducerRecord<String, byte[]> message = new ProducerRecord<>(
                        answer.topic(),
                        answer.learner().toString(),
                        answer.json().getBytes(StandardCharsets.UTF_8));
                message.headers().add("id", answer.id().getBytes(StandardCharsets.UTF_8));
                written.add(producer.send(message));
            } else {
                refused.increment();
            }
        }
        producer.flush();
        for (Future<RecordMetadata> one : written) {
            one.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private boolean isThere(String topic) throws ExecutionException, InterruptedException, TimeoutException {
        if (!there.contains(topic) && !impossible.contains(topic)) {
            (make(topic) ? there : impossible).add(topic);
        }
        return there.contains(topic);
    }

    private boolean make(String topic) throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = Admin.create(kafka.buildAdminProperties())) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.empty(), Optional.empty())))
                    .all()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return true;
            }
            if (e.getCause() instanceof InvalidTopicException) {
                log.warn("predictions cannot go to {}: {}", topic, e.getCause().getMessage());
                return false;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
