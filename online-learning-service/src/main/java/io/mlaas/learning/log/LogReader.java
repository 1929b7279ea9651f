package io.mlaas.learning.log;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;

/**
 * Reads this instance's share of the log. Where to read on is said by checkpoints, which commit with what was learned;
 * the group's own offsets are not used.
 */
@Component
class LogReader implements LogOwnership, SmartLifecycle, ConsumerRebalanceListener {
    private static final Logger log = LoggerFactory.getLogger(LogReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PAUSE_AFTER_A_FAILURE = Duration.ofSeconds(1);

    private final KafkaProperties kafka;
    private final LogProperties properties;
    private final LogReading reading;
    private final LogLayout layout;
    private final KafkaAdmin admin;
    private final Map<Integer, Long> next = new HashMap<>();
    private final Set<Integer> owned = ConcurrentHashMap.newKeySet();
    private volatile int partitions;
    private volatile boolean running;
    private volatile Thread thread = Thread.currentThread();
    private KafkaConsumer<String, byte[]> consumer;
    private CatchingUp catchingUp;
    private long checkpointAt;
    private boolean failing;

    @SuppressWarnings("NullAway.Init")
    LogReader(KafkaProperties kafka, LogProperties properties, LogReading reading, LogLayout layout, KafkaAdmin admin) {
        this.kafka = kafka;
        this.properties = properties;
        this.reading = reading;
        this.layout = layout;
        this.admin = admin;
    }

    @Override
    public void start() {
        Map<String, Object> settings = new HashMap<>(kafka.buildConsumerProperties());
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, properties.topic());
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, List.of(CooperativeStickyAssignor.class));
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100);
        consumer = new KafkaConsumer<>(settings);
        catchingUp = new CatchingUp(properties.topic(), () -> withoutGroup(settings), reading);
        running = true;
        thread = Thread.ofPlatform().name("learner-log").start(this::run);
    }

    private static KafkaConsumer<String, byte[]> withoutGroup(Map<String, Object> settings) {
        Map<String, Object> alone = new HashMap<>(settings);
        alone.remove(ConsumerConfig.GROUP_ID_CONFIG);
        alone.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        alone.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        alone.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1000);
        return new KafkaConsumer<>(alone);
    }

    private void run() {
        try {
            consumer.subscribe(List.of(properties.topic()), this);
            while (running) {
                step();
            }
            checkpoint();
        } catch (WakeupException e) {
            log.debug("the reader was woken to end", e);
        } finally {
            catchingUp.close();
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
        }
    }

    private void step() {
        try {
            takeUp();
            for (ConsumerRecord<String, byte[]> message : consumer.poll(catchingUp.isBusy() ? Duration.ZERO : POLL)) {
                if (next.containsKey(message.partition())) {
                    read(message);
                }
            }
            catchingUp.step(next);
            if (System.nanoTime() >= checkpointAt) {
                checkpoint();
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

    private void read(ConsumerRecord<String, byte[]> message) {
        LogEntry entry;
        try {
            entry = LogEntry.parse(message.key(), message.value());
        } catch (IOException e) {
            log.error("{} {} is no entry and is left out", message.partition(), message.offset(), e);
            next.put(message.partition(), message.offset() + 1);
            return;
        }
        reading.read(new LearningLog.Position(message.partition(), message.offset()), entry);
        next.put(message.partition(), message.offset() + 1);
    }

    private void checkpoint() {
        reading.checkpoint(Map.copyOf(next));
        checkpointAt = System.nanoTime() + properties.checkpointInterval().toNanos();
    }

    /** Goes back to what was not read, and waits, without leaving the group. */
    private void waitAfter(RuntimeException failure) {
        if (!failing) {
            log.warn("the learners' log waits: an entry cannot be handled now", failure);
        }
        failing = true;
        next.forEach((partition, offset) -> consumer.seek(partition(partition), offset));
        Set<TopicPartition> all = consumer.assignment();
        long until = System.nanoTime() + PAUSE_AFTER_A_FAILURE.toNanos();
        consumer.pause(all);
        try {
            while (running && System.nanoTime() < until) {
                consumer.poll(POLL);
            }
        } catch (KafkaException e) {
            log.debug("the group cannot be asked either", e);
        }
        consumer.resume(consumer.assignment());
    }

    /** Finds out where to read on; what was read of a partition before is left out, and read again. */
    private void takeUp() {
        if (partitions == 0) {
            requireAllPartitions();
            partitions = layout.partitions();
        }
        for (TopicPartition partition : consumer.assignment()) {
            if (!next.containsKey(partition.partition())) {
                long offset = reading.resumeAt(partition.partition());
                consumer.seek(partition, offset);
                next.put(partition.partition(), offset);
            }
        }
    }

    /** A broker that was away when this instance began, and makes topics by itself, may have made one that is too small. */
    private void requireAllPartitions() {
        int there = consumer.partitionsFor(properties.topic()).size();
        if (there < layout.partitions()) {
            admin.initialize();
            throw new IllegalStateException("the topic %s has %d partitions (expected: %d)"
                    .formatted(properties.topic(), there, layout.partitions()));
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        log.info("learns also from {}", partitions);
        partitions.forEach(partition -> owned.add(partition.partition()));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        try {
            checkpoint();
        } finally {
            onPartitionsLost(partitions);
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        log.info("no longer learns from {}", partitions);
        Set<Integer> gone = partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
        next.keySet().removeAll(gone);
        owned.removeAll(gone);
        reading.released(gone);
    }

    @Override
    public String topic() {
        return properties.topic();
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public boolean owns(int partition) {
        return owned.contains(partition);
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(properties.topic(), number);
    }

    @Override
    public void stop() {
        running = false;
        owned.clear();
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
