package io.mlaas.learning.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.learning.log.LearningLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Reads the learners' Kafka sources; a record's offset is committed once its entries are durable. */
@Component
class KafkaIn implements SmartLifecycle, Following.Follower {
    private static final Logger log = LoggerFactory.getLogger(KafkaIn.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PAUSE_AFTER_A_FAILURE = Duration.ofSeconds(1);

    private final KafkaProperties kafka;
    private final StreamProperties properties;
    private final LearningLog entries;
    private final Counter received;

    /** By the topic's whole name. */
    private volatile Map<String, List<Route>> routes = Map.of();

    private Set<String> subscribed = Set.of();
    private boolean failing;
    private volatile boolean running;
    private volatile Thread thread = Thread.currentThread();
    private KafkaConsumer<String, byte[]> consumer;

    @SuppressWarnings("NullAway.Init")
    KafkaIn(KafkaProperties kafka, StreamProperties properties, LearningLog entries, MeterRegistry meters) {
        this.kafka = kafka;
        this.properties = properties;
        this.entries = entries;
        this.received = meters.counter("mlaas.learning.received", "transport", "kafka");
    }

    private record Route(Subscriber subscriber, Source source) {}

    @Override
    public void follow(List<Subscriber> listening) {
        Map<String, List<Route>> wanted = new HashMap<>();
        for (Subscriber subscriber : listening) {
            for (Source source : subscriber.streams().sources()) {
                if (source.type() == Transport.KAFKA) {
                    wanted.computeIfAbsent(source.address(subscriber.organizationId()), _ -> new ArrayList<>())
                            .add(new Route(subscriber, source));
                }
            }
        }
        routes = wanted;
    }

    @Override
    public void start() {
        Map<String, Object> settings = new HashMap<>(kafka.buildConsumerProperties());
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, properties.kafkaGroup());
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, properties.kafkaStart());
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // A topic that is made after its learner is found within this time.
        settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5000);
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, List.of(CooperativeStickyAssignor.class));
        consumer = new KafkaConsumer<>(settings);
        running = true;
        thread = Thread.ofPlatform().name("learner-kafka-sources").start(this::run);
    }

    private void run() {
        try {
            while (running) {
                step();
            }
        } catch (WakeupException e) {
            log.debug("the reader was woken to end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
        }
    }

    private void step() throws InterruptedException {
        try {
            subscribe();
            if (subscribed.isEmpty()) {
                Thread.sleep(POLL);
                return;
            }
            ConsumerRecords<String, byte[]> polled = consumer.poll(POLL);
            if (!polled.isEmpty()) {
                take(polled);
            }
            failing = false;
        } catch (WakeupException e) {
            if (running) {
                throw e;
            }
        } catch (RuntimeException e) {
            if (!failing) {
                log.warn("Kafka sources cannot be read now", e);
            }
            failing = true;
            Thread.sleep(PAUSE_AFTER_A_FAILURE);
        }
    }

    private void subscribe() {
        Set<String> wanted = new TreeSet<>(routes.keySet());
        if (!wanted.equals(subscribed)) {
            if (wanted.isEmpty()) {
                consumer.unsubscribe();
            } else {
                consumer.subscribe(wanted);
            }
            subscribed = wanted;
        }
    }

    private void take(ConsumerRecords<String, byte[]> polled) {
        try {
            append(polled);
        } catch (RuntimeException e) {
            goBack(polled);
            throw e;
        }
    }

    private void append(ConsumerRecords<String, byte[]> polled) {
        List<CompletableFuture<Void>> durable = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> message : polled) {
            for (Route route : routes.getOrDefault(message.topic(), List.of())) {
                durable.add(entries.appendLater(arrival(message, route).entry(entries.largestEntry())));
            }
        }
        CompletableFuture.allOf(durable.toArray(CompletableFuture[]::new)).join();
        received.increment(durable.size());
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        polled.partitions()
                .forEach(partition -> next.put(
                        partition,
                        new OffsetAndMetadata(
                                polled.records(partition).getLast().offset() + 1)));
        consumer.commitSync(next);
    }

    private static Arrival arrival(ConsumerRecord<String, byte[]> message, Route route) {
        String key = message.key();
        Header id = message.headers().lastHeader("id");
        String topic = route.source().topic();
        byte @Nullable [] value = message.value();
        String sender = key == null || key.isEmpty() ? topic : key;
        UUID identity = id == null
                ? Identity.place(topic, message.partition(), message.offset())
                : Identity.given(topic + "\n" + sender, new String(id.value(), StandardCharsets.UTF_8));
        return new Arrival(
                route.subscriber(),
                route.source(),
                topic,
                sender,
                value == null ? new byte[0] : value,
                identity,
                null,
                null);
    }

    /** To what is not durable yet. */
    private void goBack(ConsumerRecords<String, byte[]> polled) {
        try {
            polled.partitions()
                    .forEach(partition -> consumer.seek(
                            partition, polled.records(partition).getFirst().offset()));
        } catch (IllegalStateException e) {
            log.debug("another instance has the partition now, and reads on from what is committed", e);
        }
    }

    @Override
    public void stop() {
        running = false;
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(15));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
