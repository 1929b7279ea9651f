package io.mlaas.learning.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.SmartLifecycle;

/**
 * Brings answers from their topic to where they belong, at least once. Each destination has its own reader, so that one that
 * is away holds up its own answers alone.
 */
final class Relay implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Relay.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE_AFTER_A_FAILURE = Duration.ofSeconds(1);

    private final KafkaProperties kafka;
    private final StreamProperties properties;
    private final Destination destination;
    private boolean failing;
    private volatile boolean running;
    private volatile Thread thread = Thread.currentThread();
    private KafkaConsumer<String, byte[]> consumer;

    @SuppressWarnings("NullAway.Init")
    Relay(KafkaProperties kafka, StreamProperties properties, Destination destination) {
        this.kafka = kafka;
        this.properties = properties;
        this.destination = destination;
    }

    @Override
    public void start() {
        String name = destination.transport().name().toLowerCase(java.util.Locale.ROOT);
        Map<String, Object> settings = new HashMap<>(kafka.buildConsumerProperties());
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, properties.answers() + "." + name);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200);
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, List.of(CooperativeStickyAssignor.class));
        consumer = new KafkaConsumer<>(settings);
        running = true;
        thread = Thread.ofPlatform().name("learner-answers-" + name).start(this::run);
    }

    private void run() {
        try {
            consumer.subscribe(List.of(properties.answers()));
            while (running) {
                step();
            }
        } catch (WakeupException e) {
            log.debug("the relay was woken to end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            destination.close();
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
        }
    }

    private void step() throws InterruptedException {
        ConsumerRecords<String, byte[]> polled = ConsumerRecords.empty();
        try {
            polled = consumer.poll(POLL);
            List<Answer> answers = answers(polled);
            if (!answers.isEmpty()) {
                destination.publish(answers);
                failing = false;
            }
            if (!polled.isEmpty()) {
                consumer.commitSync();
            }
        } catch (WakeupException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            if (!failing) {
                log.warn("answers over {} wait", destination.transport(), e);
            }
            failing = true;
            goBack(polled);
            Thread.sleep(PAUSE_AFTER_A_FAILURE);
        }
    }

    private List<Answer> answers(ConsumerRecords<String, byte[]> polled) {
        List<Answer> answers = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> message : polled) {
            try {
                Answer answer = Answer.parse(message.value());
                if (answer.transport() == destination.transport()) {
                    answers.add(answer);
                }
            } catch (RuntimeException e) {
                log.error("{} {} is no answer and is left out", message.partition(), message.offset(), e);
            }
        }
        return answers;
    }

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
