package io.mlaas.bench.mqtt;

import io.mlaas.bench.Latencies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the learners' log beside the service: what is there is durable. */
final class LogWatch implements AutoCloseable {
    private static final String TOPIC = "mlaas.learner-log";
    private static final String TIME = "\"t\":";

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AtomicLong seen = new AtomicLong();
    private final Thread thread;
    private volatile Latencies latencies = new Latencies();
    private volatile boolean running = true;

    LogWatch(String bootstrap) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                .map(info -> new TopicPartition(TOPIC, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        thread = Thread.ofPlatform().name("log-watch").start(this::run);
    }

    private void run() {
        while (running) {
            for (ConsumerRecord<byte[], byte[]> entry : consumer.poll(Duration.ofMillis(50))) {
                long sent = time(entry.value());
                if (sent > 0) {
                    latencies.record(System.nanoTime() - sent);
                    seen.incrementAndGet();
                }
            }
        }
        consumer.close();
    }

    /** Messages with a time. */
    long seen() {
        return seen.get();
    }

    /** From now on times are collected here. */
    Latencies fresh() {
        latencies = new Latencies();
        return latencies;
    }

    /** The number after {@code "t":}, 0 if there is none. */
    static long time(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf(TIME);
        if (at < 0) {
            return 0;
        }
        int end = at + TIME.length();
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return end == at + TIME.length() ? 0 : Long.parseLong(text, at + TIME.length(), end, 10);
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        thread.join();
    }
}
