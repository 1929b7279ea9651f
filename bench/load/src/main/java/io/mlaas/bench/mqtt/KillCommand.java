package io.mlaas.bench.mqtt;

import io.mlaas.bench.Await;
import io.mlaas.bench.mqtt.Platform.Credential;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/**
 * Devices go on publishing while service and broker are killed. A learner with a weight for each message, which starts at
 * 0 and moves half of the way to 1 each time, tells afterwards of every single message how often it was learned.
 */
@Command(
        name = "kill",
        mixinStandardHelpOptions = true,
        description = {
            "kill -9 of online-learning-service and of the broker at random moments of each round, while devices publish",
            "messages with ids and repeat what was not acknowledged; then, by id: learned once, never, or more often."
        })
final class KillCommand implements Callable<Integer> {
    private static final Duration MAY_HEAL = Duration.ofMinutes(5);
    private static final Duration QUIET = Duration.ofSeconds(15);
    private static final int ASKED_AT_ONCE = 5000;

    @Option(names = "--rounds", defaultValue = "10", description = "how often (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--messages", defaultValue = "2000", description = "a round (${DEFAULT-VALUE})")
    private int messages;

    @Option(names = "--devices", defaultValue = "4", description = "connections that publish (${DEFAULT-VALUE})")
    private int devices;

    @Option(names = "--seconds", defaultValue = "12", description = "of a round, at least (${DEFAULT-VALUE})")
    private int seconds;

    @SuppressWarnings("NullAway.Init")
    private Platform platform;

    private final String run = "kill-" + Long.toString(System.currentTimeMillis(), 36);

    @Override
    public Integer call() throws Exception {
        platform = new Platform();
        Credential credential = platform.device(run);
        platform.make(document());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < rounds; round++) {
                round(threads, credential, round);
            }
        }
        JsonNode progress = settled();
        int[] times = count();
        int lost = times[0];
        int doubled = IntStream.range(2, times.length).map(n -> times[n]).sum();
        System.out.printf(
                "%,d messages, all acknowledged by the broker: learned once %,d, never %,d, more often %,d"
                        + " (delivered again and left out: %,d)%n",
                rounds * messages,
                times[1],
                lost,
                doubled,
                progress.path("duplicates").asLong());
        return lost + doubled == 0 ? 0 : 1;
    }

    private String document() {
        String values = IntStream.range(0, rounds * messages)
                .mapToObj(i -> "\"" + i + "\"")
                .collect(Collectors.joining(","));
        return """
                {"name": "%s", "algorithm": "linear",
                 "configuration": {"fit_intercept": false,
                   "optimizer": {"type": "sgd", "learning_rate": "constant", "eta0": 0.5, "alpha": 0}},
                 "schema": {"inputs": [{"name": "id", "type": "nominal", "values": [%s]}],
                            "target": {"type": "regression", "outputs": ["y"]}},
                 "update": {"validation_share": 0},
                 "transformer": {"version": 1, "payload": {"format": "json"},
                   "steps": [{"step": "extract", "fields": [{"name": "id", "path": "$.id"}, {"name": "y", "path": "$.y"}]},
                             {"step": "sample", "inputs": ["id"], "targets": ["y"]}]},
                 "sources": [{"type": "mqtt", "topic": "%s/+"}]}
                """.formatted(run, values, run);
    }

    private void round(ExecutorService threads, Credential credential, int round) throws Exception {
        long begun = System.nanoTime();
        List<Future<Integer>> sending = new ArrayList<>();
        for (int d = 0; d < devices; d++) {
            int device = d;
            int[] ids = IntStream.range(round * messages, (round + 1) * messages)
                    .filter(id -> id % devices == device)
                    .toArray();
            Persistent publisher =
                    new Persistent(platform.broker(), "publisher-" + device, credential, Platform.topic(run));
            sending.add(threads.submit(() -> publisher.publish(ids, Duration.ofSeconds(seconds))));
        }
        List<String> killed = List.of(kill("online-learning"), kill("mqtt"));
        int again = 0;
        for (Future<Integer> one : sending) {
            again += one.get();
        }
        Await.until("health", MAY_HEAL, Duration.ofMillis(500), platform.stack()::healthy);
        System.out.printf(
                Locale.ROOT,
                "round %2d  killed %s  %.0f s, published again %d, learned %d%n",
                round + 1,
                killed,
                (System.nanoTime() - begun) / 1e9,
                again,
                platform.progress(run).path("learned").asLong());
    }

    private String kill(String member) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(RandomGenerator.getDefault().nextLong(500, seconds * 500L));
        return platform.stack().kill(member) ? member : "(nothing)";
    }

    /** What the learner says once it has said the same for longer than it may take to go on; nothing else tells that no more comes. */
    private JsonNode settled() throws Exception {
        AtomicReference<JsonNode> latest = new AtomicReference<>(platform.progress(run));
        AtomicLong since = new AtomicLong(System.nanoTime());
        Await.until("an end of learning", MAY_HEAL, Duration.ofMillis(500), () -> {
            JsonNode now = platform.progress(run);
            if (!now.equals(latest.getAndSet(now))) {
                since.set(System.nanoTime());
            }
            return System.nanoTime() - since.get() > QUIET.toNanos();
        });
        return latest.get();
    }

    /** How many messages were learned never, once, twice, more often. */
    private int[] count() throws IOException, InterruptedException {
        int[] times = new int[4];
        for (int from = 0; from < rounds * messages; from += ASKED_AT_ONCE) {
            String instances = IntStream.range(from, Math.min(rounds * messages, from + ASKED_AT_ONCE))
                    .mapToObj(id -> "[\"" + id + "\"]")
                    .collect(Collectors.joining(",", "{\"instances\": [", "]}"));
            for (JsonNode prediction : platform.predict(run, instances)) {
                times[timesOf(prediction.asDouble())]++;
            }
        }
        return times;
    }

    /** A weight is 1 - 0.5^n after n times. */
    static int timesOf(double weight) {
        return Math.min(3, (int) Math.round(-Math.log(1 - weight) / Math.log(2)));
    }
}
