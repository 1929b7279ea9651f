package io.mlaas.learning.log;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a partition again for the learners that are behind the rest of it, a part at a time, while the rest goes on. Of the
 * thread that reads the log.
 */
final class CatchingUp {
    private static final Logger log = LoggerFactory.getLogger(CatchingUp.class);
    private static final Duration POLL = Duration.ofMillis(50);

    private final String topic;
    private final Supplier<KafkaConsumer<String, byte[]>> consumers;
    private final LogReading reading;
    private final Set<UUID> learners = new HashSet<>();
    private @Nullable KafkaConsumer<String, byte[]> consumer;
    private int partition;

    CatchingUp(String topic, Supplier<KafkaConsumer<String, byte[]>> consumers, LogReading reading) {
        this.topic = topic;
        this.consumers = consumers;
        this.reading = reading;
    }

    boolean isBusy() {
        return !learners.isEmpty();
    }

    /** @param next of each partition that is read here, the first entry that the others have not had */
    void step(Map<Integer, Long> next) {
        boolean whole = false;
        try {
            Map<UUID, LearningLog.Position> behind = reading.behind();
            if (learners.isEmpty()) {
                begin(behind);
            }
            Long end = next.get(partition);
            if (end == null) {
                learners.clear();
            } else if (isBusy()) {
                read(opened(), end);
            }
            whole = true;
        } finally {
            if (!whole) {
                learners.clear();
            }
        }
    }

    private void begin(Map<UUID, LearningLog.Position> behind) {
        if (behind.isEmpty()) {
            close();
            return;
        }
        partition = behind.values().iterator().next().partition();
        Map<UUID, Long> together = behind.entrySet().stream()
                .filter(learner -> learner.getValue().partition() == partition)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, learner -> learner.getValue().offset()));
        TopicPartition place = new TopicPartition(topic, partition);
        opened().assign(List.of(place));
        opened().seek(
                        place,
                        together.values().stream()
                                .mapToLong(Long::longValue)
                                .min()
                                .orElseThrow());
        learners.addAll(together.keySet());
    }

    private void read(KafkaConsumer<String, byte[]> from, long end) {
        TopicPartition place = new TopicPartition(topic, partition);
        if (from.position(place) < end) {
            for (ConsumerRecord<String, byte[]> message : from.poll(POLL)) {
                if (message.offset() < end) {
                    read(message);
                }
            }
        }
        if (from.position(place) >= end) {
            learners.forEach(reading::caughtUp);
            learners.clear();
        }
    }

    private void read(ConsumerRecord<String, byte[]> message) {
        if (learners.stream().noneMatch(learner -> learner.toString().equals(message.key()))) {
            return;
        }
        try {
            LogEntry entry = LogEntry.parse(message.key(), message.value());
            if (!reading.readBehind(new LearningLog.Position(message.partition(), message.offset()), entry)) {
                learners.remove(entry.learner());
            }
        } catch (IOException e) {
            log.debug("{} {} was left out before", message.partition(), message.offset(), e);
        }
    }

    private KafkaConsumer<String, byte[]> opened() {
        KafkaConsumer<String, byte[]> open = consumer == null ? consumers.get() : consumer;
        consumer = open;
        return open;
    }

    void close() {
        if (consumer != null) {
            consumer.close();
            consumer = null;
        }
    }
}
