package io.mlaas.bench;

import io.minio.BucketExistsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Many small registrations at once; the same bytes put into the object store without the platform are the floor. */
@Command(
        name = "registrations",
        mixinStandardHelpOptions = true,
        description = {
            "Registers many small datasets at once: rate, latencies, the services' memory on the way, and how long the",
            "chain needs to follow. The same number of raw writes to the object store is measured in the same run."
        })
final class RegistrationsCommand implements Callable<Integer> {
    private static final List<String> SERVICES =
            List.of("gateway", "model-sharing", "blockchain", "training", "translation");
    private static final String RAW_BUCKET = "bench-raw";

    @Option(names = "--count", defaultValue = "2000", description = "registrations (${DEFAULT-VALUE})")
    private int count;

    @Option(names = "--concurrency", defaultValue = "32", description = "requests at once (${DEFAULT-VALUE})")
    private int concurrency;

    @Option(names = "--bytes", defaultValue = "1000", description = "size of a dataset (${DEFAULT-VALUE})")
    private int bytes;

    @Option(names = "--memory-every", defaultValue = "1000", description = "print the memory after so many")
    private int memoryEvery;

    @Option(names = "--users", split = ",", defaultValue = "acme-scientist", description = "in turn (${DEFAULT-VALUE})")
    private List<String> users = List.of();

    private final String run = UUID.randomUUID().toString();
    private final Latencies latencies = new Latencies();
    private final AtomicInteger done = new AtomicInteger();
    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();

    @Override
    public Integer call() throws Exception {
        RunningStack stack = RunningStack.find();
        List<GatewayClient> clients = users.stream()
                .map(user -> new GatewayClient(stack.gateway(), stack.token(user), Duration.ofMinutes(2)))
                .toList();
        clients.forEach(client -> register(client, 0)); // the first one makes the company's bucket and account
        answers.clear();
        raw(stack.objectStore());
        printMemory(stack, 0);
        long begun = System.nanoTime();
        inParallel(i -> {
            long from = System.nanoTime();
            register(clients.get(i % clients.size()), i);
            latencies.record(System.nanoTime() - from);
            int now = done.incrementAndGet();
            if (now % memoryEvery == 0) {
                printMemory(stack, now);
            }
        });
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                Locale.ROOT, "answered   %d in %.1f s: %.0f/s   %s%n", count, seconds, count / seconds, latencies);
        System.out.println("answers    " + answers);
        awaitChain(stack, begun);
        return answers.keySet().stream().allMatch(answer -> answer.startsWith("2")) ? 0 : 1;
    }

    private void register(GatewayClient client, int number) {
        byte[] content = new byte[bytes];
        RandomGenerator.getDefault().nextBytes(content);
        String answer;
        try {
            GatewayClient.Answer got = client.postForm(
                    "/dataset",
                    GatewayClient.Part.text(
                            "metadata",
                            "{\"samples_dimension\":\"(1)\",\"operation\":\"%s/%d\"}".formatted(run, number)),
                    GatewayClient.Part.file("dataset", "bench.bin", content));
            answer = got.good()
                    ? Integer.toString(got.status())
                    : got.status() + " " + got.body().path("code").asString("");
        } catch (IOException e) {
            answer = e.getClass().getSimpleName();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer = "interrupted";
        }
        answers.computeIfAbsent(answer, key -> new AtomicInteger()).incrementAndGet();
    }

    private interface Work {
        void at(int number) throws Exception;
    }

    private void inParallel(Work work) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(concurrency);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < concurrency; thread++) {
                var unused = threads.submit(() -> {
                    try {
                        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                            work.at(i);
                        }
                    } finally {
                        ended.countDown();
                    }
                    return null;
                });
            }
            ended.await();
        }
    }

    private void raw(MinioClient store) throws Exception {
        if (!store.bucketExists(BucketExistsArgs.builder().bucket(RAW_BUCKET).build())) {
            store.makeBucket(MakeBucketArgs.builder().bucket(RAW_BUCKET).build());
        }
        Latencies times = new Latencies();
        long begun = System.nanoTime();
        inParallel(i -> {
            byte[] content = new byte[bytes];
            RandomGenerator.getDefault().nextBytes(content);
            long from = System.nanoTime();
            store.putObject(PutObjectArgs.builder().bucket(RAW_BUCKET).object(run + "/" + i).stream(
                            new ByteArrayInputStream(content), (long) bytes, -1L)
                    .build());
            times.record(System.nanoTime() - from);
        });
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                Locale.ROOT, "raw S3     %d in %.1f s: %.0f/s   %s%n", count, seconds, count / seconds, times);
        inParallel(i -> store.removeObject(RemoveObjectArgs.builder()
                .bucket(RAW_BUCKET)
                .object(run + "/" + i)
                .build()));
    }

    private static void printMemory(RunningStack stack, int after) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "memory     after %6d", after));
        for (String service : SERVICES) {
            line.append("  %s %d MB".formatted(service, stack.memory(service) >> 20));
        }
        System.out.println(line);
    }

    /** Until nothing of this run waits for the chain. */
    private void awaitChain(RunningStack stack, long begun) throws SQLException, InterruptedException {
        String states =
                "select state, count(*) from dataset where metadata->>'operation' like ? group by state order by state";
        try (Connection database = stack.database("sharing");
                PreparedStatement query = database.prepareStatement(states)) {
            query.setString(1, run + "/%");
            while (true) {
                StringBuilder counts = new StringBuilder();
                boolean waiting = false;
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        waiting |= rows.getString(1).equals("PENDING");
                        counts.append(' ').append(rows.getString(1)).append('=').append(rows.getInt(2));
                    }
                }
                double seconds = (System.nanoTime() - begun) / 1e9;
                if (!waiting) {
                    System.out.printf(
                            Locale.ROOT,
                            "anchored   %.1f s after the first request: %.0f/s  %s%n",
                            seconds,
                            count / seconds,
                            counts);
                    printMemory(stack, count);
                    return;
                }
                if (seconds > 1800) {
                    throw new IllegalStateException(
                            "after %.0f s:%s (expected: nothing PENDING)".formatted(seconds, counts));
                }
                Thread.sleep(Duration.ofMillis(200));
            }
        }
    }
}
