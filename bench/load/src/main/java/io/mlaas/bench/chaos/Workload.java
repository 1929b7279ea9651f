package io.mlaas.bench.chaos;

import io.mlaas.bench.GatewayClient;
import io.mlaas.bench.GatewayClient.Answer;
import io.mlaas.bench.GatewayClient.Part;
import io.mlaas.bench.RunningStack;
import io.mlaas.bench.chaos.Operation.Kind;
import io.mlaas.bench.chaos.Operation.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Users who register, train and translate, each request sent once; remembers what they were told. */
final class Workload {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /**
     * How much is sent at once.
     *
     * @param datasets registrations of small datasets
     * @param models registrations of models, each trained for one epoch
     * @param translations requests to translate models of earlier rounds
     */
    record Load(int datasets, int models, int translations) {
        int operations() {
            return datasets + models + translations;
        }
    }

    private final GatewayClient acme;
    private final GatewayClient globex;
    private final byte[] digits;
    private final byte[] network;
    private final String run = UUID.randomUUID().toString();
    private final AtomicInteger next = new AtomicInteger();
    private final Queue<Operation> operations = new ConcurrentLinkedQueue<>();
    private final Semaphore atOnce;
    private UUID trainingData = new UUID(0, 0);

    Workload(RunningStack stack, Path digits, Path network, int concurrency) throws IOException {
        this.acme = new GatewayClient(stack.gateway(), stack.token("acme-scientist"), PATIENCE);
        this.globex = new GatewayClient(stack.gateway(), stack.token("globex-scientist"), PATIENCE);
        this.digits = Files.readAllBytes(digits);
        this.network = Files.readAllBytes(network);
        this.atOnce = new Semaphore(concurrency);
    }

    /** What was sent so far. */
    List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** The dataset that the models are trained on, and one first model. */
    void prepare() throws IOException, InterruptedException {
        Operation dataset = sendDataset(acme, digits, "(1,8,8)");
        Operation foreign = sendDataset(globex, random(100), "(1)");
        if (dataset.asset() == null || foreign.asset() == null) {
            throw new IOException("the first datasets: " + dataset.said() + ", " + foreign.said() + " (expected: 201)");
        }
        trainingData = dataset.asset();
        await("/dataset/" + trainingData + "/status", "REGISTERED");
        Operation model = sendModel();
        if (model.asset() == null) {
            throw new IOException("the first model: " + model.said() + " (expected: 201)");
        }
        await("/model/" + model.asset() + "/status", "TRAINED");
    }

    /** Sends everything at once and returns when every request has ended. */
    Map<String, Integer> send(Load load) throws InterruptedException {
        List<Runnable> requests = new ArrayList<>();
        for (int i = 0; i < load.datasets(); i++) {
            GatewayClient user = i % 4 == 0 ? globex : acme;
            requests.add(
                    () -> sendDataset(user, random(RandomGenerator.getDefault().nextInt(1, 20_000)), "(1)"));
        }
        for (int i = 0; i < load.models(); i++) {
            requests.add(this::sendModel);
        }
        List<UUID> models = operations.stream()
                .filter(operation -> operation.kind() == Kind.MODEL && operation.outcome() == Outcome.ACCEPTED)
                .map(Operation::asset)
                .toList();
        for (int i = 0; i < load.translations(); i++) {
            UUID model = models.get(RandomGenerator.getDefault().nextInt(models.size()));
            requests.add(() -> sendTranslation(model));
        }
        Collections.shuffle(requests);
        int before = operations.size();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Runnable request : requests) {
                atOnce.acquire();
                var unused = threads.submit(() -> {
                    try {
                        request.run();
                    } finally {
                        atOnce.release();
                    }
                });
            }
        }
        Map<String, Integer> said = new TreeMap<>();
        operations.stream()
                .skip(before)
                .forEach(operation -> said.merge(operation.outcome() + " " + operation.said(), 1, Integer::sum));
        return said;
    }

    /** The bytes as they come back, or null when they are not given. */
    byte[] download(Operation operation) throws IOException, InterruptedException {
        String kind = operation.kind() == Kind.DATASET ? "/dataset/" : "/model/";
        for (GatewayClient user : List.of(acme, globex)) {
            var answer = user.download(kind + operation.asset());
            if (answer.statusCode() == 200) {
                return answer.body();
            }
            if (answer.statusCode() != 404) {
                throw new IOException("GET %s%s: HTTP %d %s"
                        .formatted(
                                kind,
                                operation.asset(),
                                answer.statusCode(),
                                new String(answer.body(), StandardCharsets.UTF_8)));
            }
        }
        throw new IOException("GET %s%s: HTTP 404 (expected: 200)".formatted(kind, operation.asset()));
    }

    private Operation sendDataset(GatewayClient user, byte[] content, String dimension) {
        String key = key();
        return send(
                Kind.DATASET,
                key,
                sha256(content),
                () -> user.postForm(
                        "/dataset",
                        Part.text(
                                "metadata",
                                "{\"samples_dimension\":\"%s\",\"operation\":\"%s\"}".formatted(dimension, key)),
                        Part.file("dataset", "chaos.csv", content)));
    }

    private Operation sendModel() {
        String key = key();
        String metadata = """
                {"model_params": {"params": {"epochs": 1, "seed": %d}},
                 "data_params": {"dataset_id": "%s"}, "operation": "%s"}
                """.formatted(next.get(), trainingData, key);
        return send(
                Kind.MODEL,
                key,
                "",
                () -> acme.postForm(
                        "/model",
                        Part.text("metadata", metadata),
                        Part.text("train_image", "mlaas/trainer:1"),
                        Part.file("model", "network.json", network)));
    }

    private Operation sendTranslation(UUID model) {
        return send(Kind.TRANSLATION, "", "", () -> followed(acme.post("/translate/" + model)));
    }

    /** What became of a translation that took longer than its request: the model that it made, or its problem. */
    private Answer followed(Answer answer) throws IOException, InterruptedException {
        String translation = answer.body().path("translation_id").asString("");
        if (answer.status() != 202 || translation.isEmpty()) {
            return answer;
        }
        long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (true) {
            JsonNode status = statusOf(translation);
            switch (status.path("state").asString("")) {
                case "DONE" -> {
                    return new Answer(200, status);
                }
                case "FAILED" -> {
                    return new Answer(status.at("/problem/status").asInt(500), status.path("problem"));
                }
                default -> {
                    if (System.nanoTime() > deadline) {
                        throw new IOException("translation %s: %s (expected: an end)".formatted(translation, status));
                    }
                    Thread.sleep(Duration.ofMillis(200));
                }
            }
        }
    }

    /** Empty while nobody answers: the service, or what stands before it, may be killed just now. */
    private JsonNode statusOf(String translation) throws InterruptedException {
        try {
            Answer answer = acme.get("/translate/status/" + translation);
            return answer.good() ? answer.body() : JsonMapper.shared().createObjectNode();
        } catch (IOException e) {
            return JsonMapper.shared().createObjectNode();
        }
    }

    private interface Request {
        Answer send() throws IOException, InterruptedException;
    }

    private Operation send(Kind kind, String key, String sha256, Request request) {
        Operation operation;
        try {
            operation = Operation.answered(kind, key, sha256, request.send());
        } catch (IOException e) {
            operation = Operation.unanswered(kind, key, sha256, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
        operations.add(operation);
        return operation;
    }

    private String key() {
        return run + "/" + next.getAndIncrement();
    }

    String run() {
        return run;
    }

    private void await(String path, String wanted) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (true) {
            String state = acme.get(path).body().path("status").asString("");
            if (state.equals(wanted)) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("%s: %s (expected: %s)".formatted(path, state, wanted));
            }
            Thread.sleep(Duration.ofMillis(200));
        }
    }

    private static byte[] random(int bytes) {
        byte[] content = new byte[bytes];
        RandomGenerator.getDefault().nextBytes(content);
        return content;
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
