package io.mlaas.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.demo.PlatformClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests for federated learning with the fields of the reports, and what comes of them. */
final class FederatedRequests {
    /** Of a bucket that cannot be reached, so that the platform keeps it as long as the stack runs. */
    static final String KEPT_SECRET = "secret-of-" + UUID.randomUUID();

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final Duration MOMENT = Duration.ofMillis(500);
    private static final String BUCKET = "a-users-own-bucket";
    private static final String BUCKET_KEY = "a-users-key";
    private static final String BUCKET_SECRET = "secret-of-" + UUID.randomUUID();

    private final RunningStack stack;
    private final PlatformClient platform;
    private final Path work;

    FederatedRequests(RunningStack stack, String token, Path work) throws IOException {
        this.stack = stack;
        this.platform = stack.as(token);
        this.work = Files.createDirectories(work);
    }

    /** The reports' own example promises next to nothing, and is told so; then it runs, and its copy arrives. */
    void theReportsExampleCostsWhatItIsSaidTo() throws Exception {
        LinkedHashMap<String, PlatformClient.Part> form = form("""
                net_name=digits-mlp num_rounds=1 num_teachers=2 teacher_epochs=1 student_epochs=1 batch_size=16
                learning_rate=0.1 noise=laplacian epsilon=0.3 sigma=0.1 num_queries=1001 noise_data=1000
                """);
        copyTo(form, stack.member("s3").path("url").asString(), BUCKET_KEY, BUCKET_SECRET);
        bucket();
        Answer refused = platform.postForm("/fp/", form).expect(422);
        assertThat(refused.body().path("detail").asString()).contains("$.epsilon: epsilon 272.4");

        form.put("accept_weak_privacy", new PlatformClient.Part.Field("true"));
        String id = accepted("/fp/", form, BUCKET_SECRET);
        JsonNode ended = succeeded("/fp/" + id);
        assertThat(ended.path("epsilon_spent").asDouble()).isCloseTo(272.376, within(0.001));
        assertThat(ended.path("rounds")
                        .valueStream()
                        .map(round -> round.path("phase").asString() + " "
                                + round.path("round").asInt()))
                .containsExactly("teachers 1", "teachers 2", "student 3");

        Path model = verified(ended.path("model_id").asString());
        await().atMost(LONG).pollInterval(MOMENT).untilAsserted(() -> assertThat(platform.get("/fp/" + id)
                        .body()
                        .path("delivery")
                        .path("state")
                        .asString())
                .isEqualTo("DELIVERED"));
        assertThat(stack.state().resolve("data/s3/" + BUCKET + "/best_student_model_test.pth"))
                .hasSameBinaryContentAs(model);
        theLedgersRecordsAreOnTheChain(id);
    }

    /** What it cost is a chain of records, each with its proof. */
    private void theLedgersRecordsAreOnTheChain(String federation) throws Exception {
        for (JsonNode budget : platform.get("/privacy-budgets").expect(200).body()) {
            String entries = "/privacy-budgets/" + budget.path("data_owner").asString() + "/entries";
            for (JsonNode entry : platform.get(entries).expect(200).body().path("items")) {
                if (entry.path("federation_id").asString().equals(federation)) {
                    assertThat(entry.path("state").asString()).isEqualTo("SETTLED");
                    assertThat(entry.path("records").findValuesAsString("state"))
                            .containsExactlyInAnyOrder("RESERVED", "SETTLED");
                    onTheChain(entries + "/" + entry.path("id").asString() + "/records/RESERVED");
                    onTheChain(entries + "/" + entry.path("id").asString() + "/records/SETTLED");
                    return;
                }
            }
        }
        throw new AssertionError("no entry of federation " + federation);
    }

    private void onTheChain(String path) throws Exception {
        Path record = work.resolve("record.json");
        Path proof = work.resolve("record-proof.json");
        assertThat(platform.download(path, record)).isEqualTo(200);
        await().atMost(LONG).pollInterval(MOMENT).untilAsserted(() -> assertThat(
                        platform.download(path + "/proof", proof))
                .isEqualTo(200));
        JsonNode proved = JsonMapper.shared().readTree(proof);
        assertThat(proved.path("transaction").asString()).matches("0x[0-9a-f]{64}");
        assertThat(proved.path("block").asLong()).isPositive();
        assertThat(stack.mlaas("verify", record.toString(), "--proof", proof.toString())
                        .expect(0))
                .contains("VERIFIED", "anchored");
        Files.writeString(record, Files.readString(record) + " ");
        assertThat(stack.mlaas("verify", record.toString(), "--proof", proof.toString())
                        .expect(1))
                .contains("NOT VERIFIED");
    }

    /** With a seed, a simulation's model can be made again from what was recorded, to the byte. */
    void aFederatedModelIsMadeAgain() throws Exception {
        LinkedHashMap<String, PlatformClient.Part> form = form(
                "n_clients=3 epochs=1 batch_size=32 num_rounds=2 learning_rate=0.1 net_name=digits-softmax seed=7");
        copyTo(form, "https://store.invalid", "another-key", KEPT_SECRET);
        String id = accepted("/tff/", form, KEPT_SECRET);
        JsonNode ended = succeeded("/tff/" + id);
        assertThat(ended.path("rounds").valueStream().map(round -> round.path("round")
                        .asInt()))
                .containsExactly(1, 2);
        assertThat(ended.path("rounds").path(1).path("accuracy").asDouble()).isGreaterThan(0.1);

        String model = ended.path("model_id").asString();
        Answer asked = platform.post(
                "/model/" + model + "/reproduce",
                JsonMapper.shared().createObjectNode().put("runs", 1));
        String reproduction = "/model/" + model + "/reproduce/"
                + asked.expect(202).body().path("reproduction_id").asString();
        JsonNode verdict = await().atMost(LONG)
                .pollInterval(MOMENT)
                .until(() -> platform.get(reproduction).expect(200).body().path("verdict"), told -> told.path("outcome")
                        .isString());
        assertThat(verdict.path("outcome").asString()).as(verdict.toString()).isEqualTo("REPRODUCED");
        assertThat(verdict.path("runs").path(0).path("sha256").asString())
                .hasSize(64)
                .isEqualTo(verdict.path("expected").asString());
    }

    private static LinkedHashMap<String, PlatformClient.Part> form(String fields) {
        LinkedHashMap<String, PlatformClient.Part> form = new LinkedHashMap<>();
        for (String field : fields.strip().split("\\s+")) {
            String[] both = field.split("=", 2);
            form.put(both[0], new PlatformClient.Part.Field(both[1]));
        }
        return form;
    }

    private static void copyTo(
            LinkedHashMap<String, PlatformClient.Part> form, String host, String key, String secret) {
        form.putAll(
                form("domain_name=%s bucket_name=%s access_key=%s secret_key=%s".formatted(host, BUCKET, key, secret)));
    }

    /** As its operator gives a user a bucket, and a key that opens this one only. */
    private void bucket() throws IOException {
        Path objects = stack.state().resolve("data/s3");
        Files.createDirectories(objects.resolve(BUCKET));
        Files.writeString(
                objects.resolve("mlaas-iam/" + BUCKET_KEY + ".json"),
                "{\"secret_key\": \"%s\", \"bucket\": \"%s\"}".formatted(BUCKET_SECRET, BUCKET));
    }

    private String accepted(String door, LinkedHashMap<String, PlatformClient.Part> form, String secret)
            throws IOException, InterruptedException {
        JsonNode stored = platform.postForm(door, form).expect(201).body();
        assertThat(stored.toString()).doesNotContain(secret);
        return stored.path("id").asString();
    }

    private JsonNode succeeded(String path) {
        return await().atMost(LONG)
                .pollInterval(MOMENT)
                .until(() -> platform.get(path).expect(200).body(), told -> switch (told.path("status")
                        .asString()) {
                    case "SUCCEEDED" -> true;
                    case "FAILED", "CANCELLED" -> throw new AssertionError(told.toString());
                    default -> false;
                });
    }

    private Path verified(String model) throws IOException, InterruptedException {
        Path file = work.resolve("federated.pt");
        assertThat(platform.download("/model/" + model, file)).isEqualTo(200);
        assertThat(stack.mlaas("verify", file.toString(), "--asset", model).expect(0))
                .contains("VERIFIED");
        return file;
    }
}
