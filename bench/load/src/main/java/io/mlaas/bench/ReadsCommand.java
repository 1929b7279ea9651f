package io.mlaas.bench;

import io.mlaas.bench.GatewayClient.Answer;
import io.mlaas.bench.GatewayClient.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Metadata reads at a fixed rate, whether or not earlier ones were answered (open loop). */
@Command(
        name = "reads",
        mixinStandardHelpOptions = true,
        description = "Reads metadata at a fixed rate; latencies count from the moment a request was due.")
final class ReadsCommand implements Callable<Integer> {

    @Option(names = "--rate", defaultValue = "500", description = "requests per second (${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--seconds", defaultValue = "30", description = "how long (${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "15",
            description = "seconds before that, not counted (${DEFAULT-VALUE})")
    private int warmUp;

    @Option(
            names = "--what",
            defaultValue = "metadata,status,list",
            split = ",",
            description = "metadata (what the chain says), status, list (${DEFAULT-VALUE})")
    private String[] what = {};

    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();

    @Override
    public Integer call() throws Exception {
        RunningStack stack = RunningStack.find();
        GatewayClient client =
                new GatewayClient(stack.gateway(), stack.token("acme-scientist"), Duration.ofSeconds(30));
        String dataset = register(client);
        for (String kind : what) {
            String path =
                    switch (kind) {
                        case "metadata" -> "/dataset/" + dataset + "/metadata";
                        case "status" -> "/dataset/" + dataset + "/status";
                        case "list" -> "/dataset?limit=50";
                        default ->
                            throw new IllegalArgumentException(
                                    "--what: %s (expected: metadata, status or list)".formatted(kind));
                    };
            atRate(client, path, warmUp, new Latencies());
            answers.clear();
            Latencies times = new Latencies();
            atRate(client, path, seconds, times);
            System.out.printf(Locale.ROOT, "%-9s %d/s for %d s   %s   %s%n", kind, rate, seconds, times, answers);
        }
        return answers.keySet().equals(java.util.Set.of("200")) ? 0 : 1;
    }

    private static String register(GatewayClient client) throws IOException, InterruptedException {
        Answer answer = client.postForm(
                "/dataset",
                Part.text("metadata", "{\"samples_dimension\":\"(1)\"}"),
                Part.file("dataset", "reads.csv", "a,b\n1,2\n".getBytes(StandardCharsets.UTF_8)));
        String id = answer.body().path("dataset_id").asString();
        while (!client.get("/dataset/" + id + "/status")
                .body()
                .path("status")
                .asString()
                .equals("REGISTERED")) {
            Thread.sleep(Duration.ofMillis(100));
        }
        return id;
    }

    private void atRate(GatewayClient client, String path, int duration, Latencies times) {
        long interval = 1_000_000_000L / rate;
        long begun = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < rate * duration; i++) {
                long due = begun + i * interval;
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                var unused = threads.submit(() -> {
                    String answer = read(client, path);
                    times.record(System.nanoTime() - due);
                    answers.computeIfAbsent(answer, key -> new AtomicInteger()).incrementAndGet();
                });
            }
        }
    }

    private static String read(GatewayClient client, String path) {
        try {
            return Integer.toString(client.get(path).status());
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
