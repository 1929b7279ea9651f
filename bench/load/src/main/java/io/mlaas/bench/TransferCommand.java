package io.mlaas.bench;

import io.minio.BucketExistsArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.RemoveObjectArgs;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One large file up and down: through the gateway, and straight to the object store with a presigned address. */
@Command(
        name = "transfer",
        mixinStandardHelpOptions = true,
        description = {
            "Uploads and downloads a large file through the gateway, and to the object store without the platform (one",
            "request to a presigned address, by the same HTTP client), in turns."
        })
final class TransferCommand implements Callable<Integer> {
    private static final String BUCKET = "bench-raw";

    @Option(names = "--megabytes", defaultValue = "1000", description = "size in MB of 10^6 bytes (${DEFAULT-VALUE})")
    private int megabytes;

    @Option(names = "--rounds", defaultValue = "3", description = "of both in turn (${DEFAULT-VALUE})")
    private int rounds;

    @Override
    public Integer call() throws Exception {
        RunningStack stack = RunningStack.find();
        GatewayClient client =
                new GatewayClient(stack.gateway(), stack.token("acme-scientist"), Duration.ofMinutes(20));
        MinioClient store = stack.objectStore();
        if (!store.bucketExists(BucketExistsArgs.builder().bucket(BUCKET).build())) {
            store.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());
        }
        Path file = Files.createTempFile("mlaas-bench", ".bin");
        try {
            double[][] seconds = new double[4][rounds];
            for (int round = 0; round < rounds; round++) {
                fill(file, round);
                raw(client.http(), store, file, seconds, round);
                platform(client, file, seconds, round);
                System.out.printf(
                        Locale.ROOT,
                        "round %d  up: raw %.0f MB/s, gateway %.0f MB/s (%.0f %%)   down: raw %.0f MB/s, gateway %.0f MB/s (%.0f %%)%n",
                        round + 1,
                        megabytes / seconds[0][round],
                        megabytes / seconds[1][round],
                        100 * seconds[0][round] / seconds[1][round],
                        megabytes / seconds[2][round],
                        megabytes / seconds[3][round],
                        100 * seconds[2][round] / seconds[3][round]);
            }
            System.out.printf(
                    Locale.ROOT,
                    "median   up %.0f %%   down %.0f %%  of raw%n",
                    100 * median(seconds[0]) / median(seconds[1]),
                    100 * median(seconds[2]) / median(seconds[3]));
        } finally {
            Files.delete(file);
        }
        return 0;
    }

    private void raw(HttpClient http, MinioClient store, Path file, double[][] seconds, int round) throws Exception {
        String name = UUID.randomUUID().toString();
        seconds[0][round] = time(() -> {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(presigned(store, Http.Method.PUT, name))
                            .PUT(BodyPublishers.ofFile(file))
                            .build(),
                    BodyHandlers.ofString());
            expect(200, answer.statusCode(), answer.body());
        });
        seconds[2][round] = time(() -> {
            HttpResponse<InputStream> answer = http.send(
                    HttpRequest.newBuilder(presigned(store, Http.Method.GET, name))
                            .GET()
                            .build(),
                    BodyHandlers.ofInputStream());
            count(answer);
        });
        store.removeObject(
                RemoveObjectArgs.builder().bucket(BUCKET).object(name).build());
    }

    private void platform(GatewayClient client, Path file, double[][] seconds, int round) throws Exception {
        String[] id = {""};
        seconds[1][round] = time(() -> {
            GatewayClient.Answer answer = client.postForm(
                    "/dataset",
                    GatewayClient.Part.text("metadata", "{\"samples_dimension\":\"(1)\"}"),
                    new GatewayClient.Part("dataset", "large.bin", BodyPublishers.ofFile(file)));
            if (!answer.good()) {
                throw new IOException("POST /dataset: " + answer);
            }
            id[0] = answer.body().path("dataset_id").asString();
        });
        while (!client.get("/dataset/" + id[0] + "/status")
                .body()
                .path("status")
                .asString()
                .equals("REGISTERED")) {
            Thread.sleep(Duration.ofMillis(50));
        }
        seconds[3][round] = time(() -> {
            HttpResponse<InputStream> answer =
                    client.http().send(client.request("/dataset/" + id[0]).GET().build(), BodyHandlers.ofInputStream());
            count(answer);
        });
    }

    private interface Step {
        void run() throws Exception;
    }

    private static double time(Step step) throws Exception {
        long begun = System.nanoTime();
        step.run();
        return (System.nanoTime() - begun) / 1e9;
    }

    private void count(HttpResponse<InputStream> answer) throws IOException {
        expect(200, answer.statusCode(), "");
        long bytes = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream body = answer.body()) {
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                bytes += n;
            }
        }
        if (bytes != megabytes * 1_000_000L) {
            throw new IOException("downloaded: %d bytes (expected: %d)".formatted(bytes, megabytes * 1_000_000L));
        }
    }

    private static void expect(int expected, int status, String body) throws IOException {
        if (status != expected) {
            throw new IOException("HTTP %d (expected: %d): %s".formatted(status, expected, body));
        }
    }

    private static URI presigned(MinioClient store, Http.Method method, String object) throws Exception {
        return URI.create(store.getPresignedObjectUrl(GetPresignedObjectUrlArgs.builder()
                .method(method)
                .bucket(BUCKET)
                .object(object)
                .expiry(3600)
                .build()));
    }

    private void fill(Path file, long seed) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(System.nanoTime() + seed);
        byte[] block = new byte[1_000_000];
        try (var out = Files.newOutputStream(file)) {
            for (int i = 0; i < megabytes; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
