package io.mlaas.monitoring.intake;

import io.mlaas.monitoring.intake.IntakeRepository.Source;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Reads this instance's share of the topics. Where to read on is committed with what was read; the group's own offsets
 * are not used. The broker collects messages, so that few transactions have many.
 */
@Component
class TopicReader implements SmartLifecycle, ConsumerRebalanceListener {
    private static final Logger log = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE_AFTER_A_FAILURE = Duration.ofSeconds(1);
    private static final Duration SWEEP = Duration.ofHours(1);
    private static final int MOST_BYTES = 16 * 1024 * 1024;
    private static final int MOST_BYTES_OF_A_PARTITION = 4 * 1024 * 1024;

    private final KafkaProperties kafka;
    private final IntakeProperties properties;
    private final EventIntake intake;
    private final Map<Source, Long> committed = new HashMap<>();
    private volatile boolean running;
    private volatile Thread thread = Thread.currentThread();
    private KafkaConsumer<String, byte[]> consumer;
    private boolean failing;
    private long sweepAt = System.nanoTime();

    @SuppressWarnings("NullAway.Init")
    TopicReader(KafkaProperties kafka, IntakeProperties properties, EventIntake intake) {
        this.kafka = kafka;
        this.properties = properties;
        this.intake = intake;
    }

    @Override
    public void start() {
        Map<String, Object> settings = new HashMap<>(kafka.buildConsumerProperties());
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, properties.inference() + "-monitoring");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, List.of(CooperativeStickyAssignor.class));
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, properties.records());
        settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, MOST_BYTES_OF_A_PARTITION);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int)
                properties.linger().toMillis());
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, MOST_BYTES);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MOST_BYTES_OF_A_PARTITION);
        consumer = new KafkaConsumer<>(settings);
        running = true;
        thread = Thread.ofPlatform().name("monitoring-intake").start(this::run);
    }

    private void run() {
        try {
            consumer.subscribe(List.of(properties.inference(), properties.feedback()), this);
            while (running) {
                step();
            }
        } catch (WakeupException e) {
            log.debug("the reader was woken to end", e);
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
        }
    }

    private void step() {
        try {
            takeUp();
            if (System.nanoTime() - sweepAt >= 0) {
                sweepAt = System.nanoTime() + SWEEP.toNanos();
                intake.sweep();
            }
            ConsumerRecords<String, byte[]> messages = consumer.poll(POLL);
            if (!messages.isEmpty()) {
                take(messages);
            }
            failing = false;
        } catch (WakeupException e) {
            if (running) {
                throw e;
            }
        } catch (RuntimeException e) {
            waitAfter(e);
        }
    }

    private void take(ConsumerRecords<String, byte[]> messages) {
        Map<Source, Long> next = intake.take(messages, Map.copyOf(committed));
        for (TopicPartition partition : messages.partitions()) {
            if (committed.containsKey(Source.of(partition)) && !next.containsKey(Source.of(partition))) {
                log.info("another instance has read {} on: asks where to", partition);
                committed.remove(Source.of(partition));
            }
        }
        committed.putAll(next);
    }

    /** Finds out where to read on. What was fetched of a partition before that is left out, and fetched again. */
    private void takeUp() {
        for (TopicPartition partition : consumer.assignment()) {
            if (!committed.containsKey(Source.of(partition))) {
                long offset = intake.resumeAt(Source.of(partition));
                consumer.seek(partition, offset);
                committed.put(Source.of(partition), offset);
            }
        }
    }

    /** Goes back to what was not taken, and waits, without leaving the group. */
    private void waitAfter(RuntimeException failure) {
        if (!failing) {
            log.warn("predictions and labels wait: they cannot be taken now", failure);
        }
        failing = true;
        committed.clear();
        long until = System.nanoTime() + PAUSE_AFTER_A_FAILURE.toNanos();
        consumer.pause(consumer.assignment());
        try {
            while (running && System.nanoTime() < until) {
                consumer.poll(POLL);
            }
        } catch (KafkaException e) {
            log.debug("the group cannot be asked either", e);
        }
        consumer.resume(consumer.assignment());
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        log.info("reads also {}", partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        onPartitionsLost(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        log.info("no longer reads {}", partitions);
        partitions.forEach(partition -> committed.remove(Source.of(partition)));
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
