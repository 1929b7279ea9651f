package io.mlaas.bench.mqtt;

import io.mlaas.bench.Await;
import io.mlaas.bench.Await.Condition;
import io.mlaas.bench.Latencies;
import io.mlaas.bench.mqtt.Platform.Credential;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast messages become durable and are learned, beside what the broker does alone. */
@Command(
        name = "speed",
        mixinStandardHelpOptions = true,
        description = {
            "ceiling  devices publish as fast as they can, a plain subscriber (QoS 1) receives: what broker and client do",
            "learner  the same devices publish as fast to a learner: acknowledged, durable in Kafka, learned",
            "rate     fewer messages a second, at set times (open loop): from the set time until durable, and until a",
            "         message that was sent among them is learned and answered"
        })
final class SpeedCommand implements Callable<Integer> {
    private static final byte[] QUESTION = "{\"a\":1,\"b\":1}".getBytes(StandardCharsets.US_ASCII);
    private static final int ASKED_A_SECOND = 20;
    private static final Duration LONGEST = Duration.ofMinutes(4);

    @Option(names = "--messages", defaultValue = "100000", description = "of each part (${DEFAULT-VALUE})")
    private int messages;

    @Option(names = "--devices", defaultValue = "8", description = "connections that publish (${DEFAULT-VALUE})")
    private int devices;

    @Option(
            names = "--learners",
            defaultValue = "1",
            description = "that hear a part of the messages each, by topics of their own (${DEFAULT-VALUE})")
    private int learners;

    @Option(
            names = "--rate",
            defaultValue = "0",
            description = "messages a second of the last part; half of what was learned a second if it is not set")
    private int rate;

    @Option(names = "--seconds", defaultValue = "15", description = "of the last part (${DEFAULT-VALUE})")
    private int seconds;

    @SuppressWarnings("NullAway.Init")
    private Platform platform;

    private final String run = "bench-" + Long.toString(System.currentTimeMillis(), 36);
    private final List<Device> publishers = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        platform = new Platform();
        Credential credential = platform.device(run);
        for (int i = 0; i < devices; i++) {
            publishers.add(new Device(platform.broker(), "publisher-" + i, credential, message -> {}));
        }
        System.out.printf("%d devices, QoS 1, JSON of some 50 bytes, learners: %d%n", devices, learners);
        ceiling(credential, messages / 4);
        System.out.printf(Locale.ROOT, "%-10s %s%n", "ceiling", ceiling(credential, messages));
        for (int i = 0; i < learners; i++) {
            platform.make(document(name(i)));
        }
        try (LogWatch log = new LogWatch(platform.kafka())) {
            learner(log, messages / 4);
            double learned = learner(log, messages);
            atARate(log, credential, rate > 0 ? rate : (int) (learned / 2));
            long sent = log.seen();
            await("learning", () -> learned() >= sent);
            long learnedInAll = learned();
            System.out.printf("sent and durable %d, learned %d%n", sent, learnedInAll);
            return sent == learnedInAll ? 0 : 1;
        } finally {
            for (int i = 0; i < learners; i++) {
                platform.delete(name(i));
            }
            for (Device publisher : publishers) {
                publisher.close();
            }
        }
    }

    private String name(int learner) {
        return run + "-" + learner;
    }

    /** By all together. */
    private long learned() throws Exception {
        long learned = 0;
        for (int i = 0; i < learners; i++) {
            learned += platform.progress(name(i)).path("learned").asLong();
        }
        return learned;
    }

    private static String document(String name) {
        return """
                {"name": "%s", "algorithm": "linear",
                 "configuration": {"optimizer": {"type": "sgd", "learning_rate": "constant", "eta0": 0.01}},
                 "update": {"validation_share": 0},
                 "transformer": {"version": 1, "payload": {"format": "json"},
                   "steps": [{"step": "extract", "fields": [{"name": "a", "path": "$.a"}, {"name": "b", "path": "$.b"},
                                                            {"name": "y", "path": "$.y", "required": false}]},
                             {"step": "sample", "inputs": ["a", "b"], "targets": ["y"]}]},
                 "sources": [{"type": "mqtt", "topic": "%s/+"}]}
                """.formatted(name, name);
    }

    private String ceiling(Credential credential, int count) throws Exception {
        Latencies latencies = new Latencies();
        AtomicLong arrived = new AtomicLong();
        String topic = Platform.topic(run + "-ceiling");
        try (Device subscriber = new Device(platform.broker(), "subscriber", credential, message -> {
            latencies.record(System.nanoTime() - LogWatch.time(message.getPayload()));
            arrived.incrementAndGet();
        })) {
            subscriber.subscribe(topic + "/+");
            long begun = System.nanoTime();
            flood(i -> topic, count);
            await("the subscriber", () -> arrived.get() >= count);
            return "%s, published to received: %s".formatted(perSecond(count, begun), latencies);
        }
    }

    private double learner(LogWatch log, int count) throws Exception {
        long durableBefore = log.seen();
        long learnedBefore = learned();
        Latencies latencies = log.fresh();
        long begun = System.nanoTime();
        flood(this::topicOf, count);
        String acknowledged = perSecond(count, begun);
        await("durability", () -> log.seen() - durableBefore >= count);
        String durable = perSecond(count, begun);
        await("learning", () -> learned() - learnedBefore >= count);
        String learned = perSecond(count, begun);
        System.out.printf(
                "%-10s acknowledged %s, durable %s, learned and checkpointed %s; published to durable: %s%n",
                count == messages ? "learner" : "(warm-up)", acknowledged, durable, learned, latencies);
        return count * 1e9 / (System.nanoTime() - begun);
    }

    private String topicOf(int message) {
        return Platform.topic(name(message / devices % learners));
    }

    /** One thread for each device, as fast as acknowledgements come. */
    private void flood(IntFunction<String> topic, int count) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> sending = new ArrayList<>();
            for (int d = 0; d < devices; d++) {
                int device = d;
                sending.add(threads.submit(() -> {
                    for (int i = device; i < count; i += devices) {
                        publishers
                                .get(device)
                                .publish(
                                        topic.apply(i) + "/" + device,
                                        row(i, System.nanoTime()),
                                        new MqttProperties(),
                                        () -> {});
                    }
                    publishers.get(device).settle();
                    return null;
                }));
            }
            for (Future<?> one : sending) {
                one.get();
            }
        }
    }

    private void atARate(LogWatch log, Credential credential, int perSecond) throws Exception {
        int count = perSecond * seconds;
        long durableBefore = log.seen();
        Latencies durable = log.fresh();
        Latencies answered = new Latencies();
        AtomicLong answers = new AtomicLong();
        String topic = Platform.topic(run + "-answers");
        try (Device asking = new Device(platform.broker(), "asking", credential, message -> {
            answered.record(System.nanoTime()
                    - ByteBuffer.wrap(message.getProperties().getCorrelationData())
                            .getLong());
            answers.incrementAndGet();
        })) {
            asking.subscribe(topic);
            long begun = System.nanoTime();
            long asked = 0;
            for (int i = 0; i < count; i++) {
                long at = begun + (long) (i * 1e9 / perSecond);
                LockSupport.parkNanos(at - System.nanoTime());
                publishers
                        .get(i % devices)
                        .publish(topicOf(i) + "/" + i % devices, row(i, at), new MqttProperties(), () -> {});
                if (i % Math.max(1, perSecond / ASKED_A_SECOND) == 0) {
                    asking.publish(topicOf(i) + "/asking", QUESTION, asks(topic, at), () -> {});
                    asked++;
                }
            }
            await("durability", () -> log.seen() - durableBefore >= count);
            long expected = asked;
            await("the answers", () -> answers.get() >= expected);
            System.out.printf(
                    "%-10s %,d/s for %d s, published to durable: %s%n%-10s published to learned and answered: %s%n",
                    "rate", perSecond, seconds, durable, "", answered);
        }
    }

    /** Without a target nothing is learned of it; it is answered after what came before it was learned. */
    private static MqttProperties asks(String topic, long time) {
        MqttProperties properties = new MqttProperties();
        properties.setResponseTopic(topic);
        properties.setCorrelationData(
                ByteBuffer.allocate(Long.BYTES).putLong(time).array());
        return properties;
    }

    private static byte[] row(int i, long time) {
        return "{\"a\":%.3f,\"b\":%.3f,\"y\":1,\"t\":%d}"
                .formatted(Math.sin(i), Math.cos(i), time)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String perSecond(int count, long begun) {
        return String.format(Locale.ROOT, "%,.0f/s", count * 1e9 / (System.nanoTime() - begun));
    }

    private static void await(String what, Condition condition) throws Exception {
        Await.until(what, LONGEST, Duration.ofMillis(20), condition);
    }
}
