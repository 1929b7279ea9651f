package io.mlaas.stack.demo;

import io.mlaas.stack.demo.PlatformClient.Answer;
import io.mlaas.stack.demo.PlatformClient.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.UUID;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** The steps of the main job, each one request or one wait; what they return is what the next one needs. */
public final class Scenario {
    private static final Duration TRAINING_MAY_TAKE = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final PlatformClient platform;
    private final Path demo;

    /** @param demo the folder with {@code digits.csv} and {@code network.json} */
    public Scenario(PlatformClient platform, Path demo) {
        this.platform = platform;
        this.demo = demo;
    }

    public Path dataset() {
        return demo.resolve("digits.csv");
    }

    public UUID registerDataset(UUID organization) throws IOException, InterruptedException {
        return registerDataset(organization, dataset(), "(1,8,8)", 1797);
    }

    /** Registers a CSV file, and waits until it is anchored. */
    public UUID registerDataset(UUID organization, Path file, String dimension, int samples)
            throws IOException, InterruptedException {
        return registerDataset(organization, file, dimension, samples, MissingNode.getInstance());
    }

    /** @param mapping how its columns are read, as in docs/network-description.md; missing: the network says it */
    public UUID registerDataset(UUID organization, Path file, String dimension, int samples, JsonNode mapping)
            throws IOException, InterruptedException {
        ObjectNode metadata = JSON.createObjectNode()
                .put("organization_id", organization.toString())
                .put("samples_dimension", dimension)
                .put("sample_num", samples);
        if (!mapping.isMissingNode()) {
            metadata.set("data", mapping);
        }
        LinkedHashMap<String, Part> form = new LinkedHashMap<>();
        form.put("dataset", new Part.Upload(file, "text/csv"));
        form.put("metadata", new Part.Field(metadata.toString()));
        Answer answer = platform.postForm("/dataset", form).expect(201, 200, 202);
        UUID id = UUID.fromString(answer.body().path("dataset_id").asString());
        await("/dataset/" + id + "/status", "REGISTERED", status -> {});
        return id;
    }

    public UUID registerModel(UUID organization, UUID developer, UUID dataset)
            throws IOException, InterruptedException {
        LinkedHashMap<String, Part> form = new LinkedHashMap<>();
        form.put("metadata", new Part.Field("""
                {"model_params": {"developer_id": "%s", "organization_id": "%s"},
                 "data_params": {"dataset_id": "%s"}}
                """.formatted(developer, organization, dataset)));
        form.put("train_image", new Part.Field("mlaas/trainer:1"));
        form.put("model", new Part.Upload(demo.resolve("network.json"), "application/json"));
        Answer answer = platform.postForm("/model", form).expect(201, 200, 202);
        return UUID.fromString(answer.body().path("model_id").asString());
    }

    /**
     * Waits until the model is trained and verified on chain.
     *
     * @param progress told of every state of the job as the training service describes it
     * @return the registry's status of the model
     */
    public JsonNode awaitTraining(UUID model, Consumer<JsonNode> progress) throws IOException, InterruptedException {
        return await("/model/" + model + "/status", "TRAINED", status -> {
            Answer job = platform.get("/train/" + model);
            if (job.status() == 200) {
                progress.accept(job.body());
            }
        });
    }

    /** What the training job measured; {@code held_out} has the rows that it never saw. */
    public JsonNode trainingMetrics(UUID model) throws IOException, InterruptedException {
        return platform.get("/train/" + model).expect(200).body().path("metrics");
    }

    public JsonNode chainRecord(String kind, UUID asset) throws IOException, InterruptedException {
        return platform.get("/" + kind + "/" + asset + "/metadata").expect(200).body();
    }

    public JsonNode status(String kind, UUID asset) throws IOException, InterruptedException {
        return platform.get("/" + kind + "/" + asset + "/status").expect(200).body();
    }

    /** Downloads a verified model. */
    public Path downloadModel(UUID model, Path to) throws IOException, InterruptedException {
        int status = platform.download("/model/" + model, to);
        if (status != 200) {
            throw new PlatformClient.UnexpectedAnswer(
                    "GET /model/%s: HTTP %d (expected: 200): %s".formatted(model, status, Files.readString(to)));
        }
        return to;
    }

    /** Asks for a model that must be refused, and answers the problem. */
    public Answer refusedDownload(UUID model) throws IOException, InterruptedException {
        return platform.get("/model/" + model).expect(409, 410, 422, 423, 500, 502);
    }

    /** Translates a model, and waits where that takes longer than the request. */
    public JsonNode translate(UUID model) throws IOException, InterruptedException {
        Answer answer = platform.post("/translate/" + model).expect(200, 201, 202);
        if (answer.status() == 202) {
            String translation = answer.body().path("translation_id").asString();
            await("/translate/status/" + translation, "state", "DONE", status -> {});
            answer = platform.post("/translate/" + model).expect(200);
        }
        return answer.body();
    }

    private interface EachTime {
        void look(JsonNode status) throws IOException, InterruptedException;
    }

    private JsonNode await(String path, String wanted, EachTime each) throws IOException, InterruptedException {
        return await(path, "status", wanted, each);
    }

    private JsonNode await(String path, String field, String wanted, EachTime each)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TRAINING_MAY_TAKE.toNanos();
        while (true) {
            JsonNode status = platform.get(path).expect(200).body();
            String state = status.path(field).asString();
            each.look(status);
            if (state.equals(wanted)) {
                return status;
            }
            if (state.equals("FAILED") || state.equals("CANCELLED") || state.equals("QUARANTINED")) {
                throw new PlatformClient.UnexpectedAnswer("%s: %s (expected: %s): %s"
                        .formatted(
                                path,
                                state,
                                wanted,
                                status.path("reason")
                                        .asString(status.at("/problem/detail").asString("no reason given"))));
            }
            if (System.nanoTime() > deadline) {
                throw new PlatformClient.UnexpectedAnswer("%s: still %s after %d min (expected: %s)"
                        .formatted(path, state, TRAINING_MAY_TAKE.toMinutes(), wanted));
            }
            Thread.sleep(POLL);
        }
    }
}
