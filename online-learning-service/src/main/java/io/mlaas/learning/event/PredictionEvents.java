package io.mlaas.learning.event;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Tells of predictions that somebody waits for: behind their back, and only while there is room. What is dropped is
 * counted. Predictions from streams are told by whoever learns, with what else their messages lead to.
 */
@Component
public class PredictionEvents implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(PredictionEvents.class);
    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final int LINGER_MILLIS = 20;
    private static final int BATCH_BYTES = 128 * 1024;
    /** As Kafka takes it, with its frame. */
    private static final int LARGEST = 1_000_000;

    private final KafkaProperties kafka;
    private final EventProperties properties;
    private final LinkedBlockingQueue<PredictionEvent> waiting = new LinkedBlockingQueue<>();
    private final AtomicLong size = new AtomicLong();
    private final Counter told;
    private final Counter dropped;
    private final Counter tooLarge;
    private volatile boolean running;
    private volatile boolean failing;
    private Thread teller = Thread.currentThread();
    private KafkaProducer<String, byte[]> producer;

    @SuppressWarnings("NullAway.Init")
    PredictionEvents(KafkaProperties kafka, EventProperties properties, MeterRegistry meters) {
        this.kafka = kafka;
        this.properties = properties;
        this.told = meters.counter("mlaas.learning.events");
        this.dropped = meters.counter("mlaas.learning.events.dropped", "reason", "no_room");
        this.tooLarge = meters.counter("mlaas.learning.events.dropped", "reason", "too_large");
    }

    /** Takes it, if there is room; never waits. */
    public void tell(PredictionEvent event) {
        long bytes = event.size();
        if (size.addAndGet(bytes) > properties.buffer().toBytes() || !running) {
            size.addAndGet(-bytes);
            dropped.increment();
            return;
        }
        waiting.add(event);
    }

    /** One that is sent otherwise, in the order of a log; empty if it is too large. */
    public List<ProducerRecord<String, byte[]>> message(PredictionEvent event) {
        byte[] json = event.json();
        if (json.length > LARGEST) {
            tooLarge.increment();
            return List.of();
        }
        told.increment();
        return List.of(
                new ProducerRecord<>(properties.topic(), event.model().learner().toString(), json));
    }

    private void run() {
        List<PredictionEvent> taken = new ArrayList<>();
        while (running || !waiting.isEmpty()) {
            try {
                taken.add(waiting.take());
                waiting.drainTo(taken, 100);
                taken.forEach(this::send);
            } catch (InterruptedException e) {
                waiting.drainTo(taken);
                taken.forEach(this::send);
            }
            taken.clear();
        }
    }

    private void send(PredictionEvent event) {
        size.addAndGet(-event.size());
        for (ProducerRecord<String, byte[]> message : message(event)) {
            try {
                Future<RecordMetadata> _ = producer.send(message, (_, failure) -> sent(failure));
            } catch (KafkaException e) {
                sent(e);
            }
        }
    }

    private void sent(@org.jspecify.annotations.Nullable Exception failure) {
        if (failure != null) {
            dropped.increment();
            if (!failing) {
                log.warn("events about predictions are dropped: Kafka does not take them", failure);
            }
        }
        failing = failure != null;
    }

    @Override
    public void start() {
        Map<String, Object> settings = new HashMap<>(kafka.buildProducerProperties());
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        settings.put(
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                Math.max(properties.buffer().toBytes(), 2L * LARGEST));
        producer = new KafkaProducer<>(settings);
        running = true;
        teller = Thread.ofVirtual().name("prediction-events").start(this::run);
    }

    @Override
    public void stop() {
        running = false;
        teller.interrupt();
        try {
            teller.join(CLOSING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(CLOSING);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
