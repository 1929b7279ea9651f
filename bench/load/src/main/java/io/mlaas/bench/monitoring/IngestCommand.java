package io.mlaas.bench.monitoring;

import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How many predictions a second become durable, beside what Kafka alone delivers. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = {
            "Events of one and of 25 predictions are written to Kafka as fast as it takes them while the service reads,",
            "and Prometheus' endpoint is asked every second. Printed: rows that were in PostgreSQL (by the monitor's status)",
            "a second from the first event to the last row; the same from the moment on at which all was written; what a",
            "plain consumer with the same settings reads of the same events afterwards; processors and memory."
        })
final class IngestCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofMinutes(8);
    private static final long LOOK_MILLIS = 50;

    @Option(names = "--predictions", defaultValue = "1000000", description = "of each part (${DEFAULT-VALUE})")
    private int predictions;

    @Option(names = "--features", defaultValue = "20", description = "of a prediction (${DEFAULT-VALUE})")
    private int features;

    @Option(
            names = "--sizes",
            split = ",",
            defaultValue = "1,25",
            description = "predictions of an event (${DEFAULT-VALUE})")
    private List<Integer> sizes = List.of();

    @Option(names = "--rounds", defaultValue = "1", description = "of each size (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--keyed", description = "all events of one learner, which go to one partition")
    private boolean keyed;

    @SuppressWarnings("NullAway.Init")
    private Monitoring monitoring;

    private final String run = "ingest-" + Long.toString(System.currentTimeMillis(), 36);

    @Override
    public Integer call() throws Exception {
        monitoring = new Monitoring();
        try (Sender sender = new Sender(monitoring.kafka());
                Connection database = monitoring.stack().database("monitoring")) {
            for (int size : sizes) {
                part(sender, database, size, predictions / 5, "(warm-up)");
                for (int round = 0; round < rounds; round++) {
                    part(sender, database, size, predictions, size + " an event");
                }
            }
        }
        return 0;
    }

    private void part(Sender sender, Connection database, int size, int count, String name) throws Exception {
        String learner = run + "-" + size + "-" + Long.toString(System.nanoTime(), 36);
        UUID monitor = monitoring.make(
                learner, features, "{\"event_time\": \"P1D\", \"lateness\": \"PT1H\", \"idle\": \"PT1H\"}");
        Events events = new Events(learner, size, features);
        Map<TopicPartition, Long> begins = ends();
        Usage[] usages = {
            Usage.of(monitoring.stack(), "monitoring"),
            Usage.of(monitoring.stack(), "kafka"),
            Usage.of(monitoring.stack(), "postgres")
        };
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Integer> scrapes = threads.submit(() -> scrape(done));
            long bytesBefore = sender.bytes();
            long begun = System.nanoTime();
            Future<Long> written = threads.submit(() -> write(sender, events, learner, count / size));
            long writtenAt = 0;
            long rowsThen = 0;
            long rows = 0;
            while (rows < count) {
                if (System.nanoTime() - begun > LONGEST.toNanos()) {
                    throw new IllegalStateException(rows + " of " + count + " rows after " + LONGEST);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                rows = Monitoring.rows(database, monitor);
                if (writtenAt == 0 && written.isDone()) {
                    writtenAt = written.get();
                    rowsThen = rows;
                }
            }
            long end = System.nanoTime();
            done.set(true);
            double seconds = (end - begun) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "%-12s %,d predictions of %d features, %,.0f MB: written to Kafka %s, durable %s%s%n"
                            + "%-12s %s, %s, %s; asked for metrics %d times%n",
                    name,
                    count,
                    features,
                    (sender.bytes() - bytesBefore) / 1e6,
                    rate(count, writtenAt == 0 ? end - begun : writtenAt - begun),
                    rate(count, end - begun),
                    writtenAt > 0 && end - writtenAt > 1_000_000_000L
                            ? ", once all was written " + rate(count - rowsThen, end - writtenAt)
                            : "",
                    "",
                    usages[0].since(seconds),
                    usages[1].since(seconds),
                    usages[2].since(seconds),
                    scrapes.get());
        }
        ceiling(begins, size);
    }

    private long write(Sender sender, Events events, String learner, int count) {
        Instant at = Instant.now();
        for (int i = 0; i < count; i++) {
            if (i % 100 == 0) {
                at = Instant.now();
            }
            sender.send(Monitoring.INFERENCE, keyed ? learner : null, events.predicted(learner + "/" + i, i, at));
        }
        sender.flush();
        return System.nanoTime();
    }

    private int scrape(AtomicBoolean done) throws Exception {
        int times = 0;
        while (!done.get()) {
            monitoring.scrape();
            times++;
            TimeUnit.SECONDS.sleep(1);
        }
        return times;
    }

    private Map<TopicPartition, Long> ends() {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            return consumer.endOffsets(consumer.partitionsFor(Monitoring.INFERENCE).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList());
        }
    }

    /** What was written since, read by a consumer that does nothing with it. */
    private void ceiling(Map<TopicPartition, Long> begins, int size) {
        Map<TopicPartition, Long> ends = new HashMap<>(ends());
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(begins.keySet());
            begins.forEach(consumer::seek);
            long left = ends.entrySet().stream()
                    .mapToLong(end -> end.getValue() - begins.getOrDefault(end.getKey(), 0L))
                    .sum();
            long all = left;
            long begun = System.nanoTime();
            while (left > 0) {
                left -= consumer.poll(Duration.ofMillis(200)).count();
            }
            System.out.printf(
                    Locale.ROOT, "%-12s a plain consumer: %s%n", "", rate(all * size, System.nanoTime() - begun));
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", monitoring.kafka(),
                        "max.poll.records", 20_000,
                        "fetch.min.bytes", 4 * 1024 * 1024,
                        "fetch.max.bytes", 16 * 1024 * 1024,
                        "max.partition.fetch.bytes", 4 * 1024 * 1024),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static String rate(long count, long nanos) {
        return String.format(Locale.ROOT, "%,.0f/s", count * 1e9 / nanos);
    }
}
