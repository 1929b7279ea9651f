package io.mlaas.bench;

import io.minio.BucketExistsArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.MinioClient;
import io.minio.RemoveObjectArgs;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One large file up and down: through the gateway, straight to the object store with a presigned address, and the same
 * through two relays that only copy, one of which computes the digests that the platform computes: the floor of any
 * platform with a gateway and a service that verifies.
 */
@Command(
        name = "transfer",
        mixinStandardHelpOptions = true,
        description = {
            "Uploads and downloads a large file through the gateway, and to the object store without the platform (one",
            "request to a presigned address, by the same HTTP client; and in parts, as S3's own tools do it), in turns; and",
            "the same through two relays that only copy bytes, one of which computes SHA-256 (and MD5 of uploads): what the",
            "two hops cost at least."
        })
final class TransferCommand implements Callable<Integer> {
    private static final String BUCKET = "bench-raw";
    private static final int UP = 0;
    private static final int UP_GATEWAY = 1;
    private static final int DOWN = 2;
    private static final int DOWN_GATEWAY = 3;
    private static final int UP_RELAYED = 4;
    private static final int DOWN_RELAYED = 5;
    private static final int UP_IN_PARTS = 6;

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
            double[][] seconds = new double[7][rounds];
            for (int round = 0; round < rounds; round++) {
                fill(file, round);
                raw(client.http(), store, file, seconds, round);
                inParts(stack, client.http(), file, seconds, round);
                relayed(client.http(), store, file, seconds, round);
                platform(client, file, seconds, round);
                System.out.printf(
                        Locale.ROOT,
                        "round %d  up: raw %s, in parts %s, relayed %s, gateway %s   down: raw %s, relayed %s, gateway %s%n",
                        round + 1,
                        rate(seconds, UP, round),
                        rate(seconds, UP_IN_PARTS, round),
                        rate(seconds, UP_RELAYED, round),
                        rate(seconds, UP_GATEWAY, round),
                        rate(seconds, DOWN, round),
                        rate(seconds, DOWN_RELAYED, round),
                        rate(seconds, DOWN_GATEWAY, round));
            }
            System.out.printf(
                    Locale.ROOT,
                    "median   up: gateway %s of raw, %s of raw in parts, %s of relayed   down: gateway %s of raw, %s of relayed%n",
                    share(seconds, UP, UP_GATEWAY),
                    share(seconds, UP_IN_PARTS, UP_GATEWAY),
                    share(seconds, UP_RELAYED, UP_GATEWAY),
                    share(seconds, DOWN, DOWN_GATEWAY),
                    share(seconds, DOWN_RELAYED, DOWN_GATEWAY));
        } finally {
            Files.delete(file);
        }
        return 0;
    }

    private void raw(HttpClient http, MinioClient store, Path file, double[][] seconds, int round) throws Exception {
        String name = UUID.randomUUID().toString();
        seconds[UP][round] = put(http, HttpRequest.newBuilder(presigned(store, Http.Method.PUT, name)), file);
        seconds[DOWN][round] = get(http, HttpRequest.newBuilder(presigned(store, Http.Method.GET, name)));
        store.removeObject(
                RemoveObjectArgs.builder().bucket(BUCKET).object(name).build());
    }

    private static void inParts(RunningStack stack, HttpClient http, Path file, double[][] seconds, int round)
            throws Exception {
        String name = UUID.randomUUID().toString();
        try (MinioAsyncClient store = stack.objectStoreInParts()) {
            seconds[UP_IN_PARTS][round] = time(() -> new RawParts(http, store, BUCKET).put(name, file));
            store.removeObject(RemoveObjectArgs.builder()
                            .bucket(BUCKET)
                            .object(name)
                            .build())
                    .join();
        }
    }

    private void relayed(HttpClient http, MinioClient store, Path file, double[][] seconds, int round)
            throws Exception {
        String name = UUID.randomUUID().toString();
        URI put = presigned(store, Http.Method.PUT, name);
        try (Relay service = new Relay(address(put), List.of("SHA-256", "MD5"));
                Relay gateway = new Relay(service.address(), List.of())) {
            seconds[UP_RELAYED][round] = put(http, through(gateway, put), file);
        }
        URI get = presigned(store, Http.Method.GET, name);
        try (Relay service = new Relay(address(get), List.of("SHA-256"));
                Relay gateway = new Relay(service.address(), List.of())) {
            seconds[DOWN_RELAYED][round] = get(http, through(gateway, get));
        }
        store.removeObject(
                RemoveObjectArgs.builder().bucket(BUCKET).object(name).build());
    }

    private static InetSocketAddress address(URI uri) {
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    /** The signature is of the host that the address names. */
    private static HttpRequest.Builder through(Relay relay, URI presigned) throws URISyntaxException {
        URI relayed = new URI("http://127.0.0.1:" + relay.address().getPort() + presigned.getRawPath() + "?"
                + presigned.getRawQuery());
        return HttpRequest.newBuilder(relayed).header("Host", presigned.getAuthority());
    }

    private static double put(HttpClient http, HttpRequest.Builder request, Path file) throws Exception {
        return time(() -> {
            HttpResponse<String> answer =
                    http.send(request.PUT(BodyPublishers.ofFile(file)).build(), BodyHandlers.ofString());
            expect(200, answer.statusCode(), answer.body());
        });
    }

    private double get(HttpClient http, HttpRequest.Builder request) throws Exception {
        return time(() -> count(http.send(request.GET().build(), BodyHandlers.ofInputStream())));
    }

    private void platform(GatewayClient client, Path file, double[][] seconds, int round) throws Exception {
        String[] id = {""};
        seconds[UP_GATEWAY][round] = time(() -> {
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
        seconds[DOWN_GATEWAY][round] = time(() -> {
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

    private String rate(double[][] seconds, int series, int round) {
        return String.format(Locale.ROOT, "%.0f MB/s", megabytes / seconds[series][round]);
    }

    private static String share(double[][] seconds, int whole, int part) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * median(seconds[whole]) / median(seconds[part]));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
