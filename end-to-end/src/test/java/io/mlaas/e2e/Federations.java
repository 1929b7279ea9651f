package io.mlaas.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.demo.PlatformClient.Answer;
import io.mlaas.stack.demo.PlatformClient.Part;
import io.mlaas.stack.federated.FederatedStory;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Federated learning through the gateway: owners with programs of their own, and the reports' own request. */
record Federations(RunningStack stack, String token, Path work) {
    /** What a user sends to have the model copied; it is nowhere to be seen afterwards. */
    static final String SECRET_KEY = "a-users-secret-key-for-a-bucket-5b2f";

    private static final int OWNERS = 4;
    private static final Duration MAY_TAKE = Duration.ofMinutes(4);

    /** The demo's story, with fewer owners. */
    void ownersLearnTogether() throws Exception {
        FederatedStory.Outcome outcome = new FederatedStory(
                        stack.as(token),
                        new Told(),
                        Command.HOME.resolve("demo/digits"),
                        Command.HOME.resolve("ppfl-client/target/ppfl-client.jar"),
                        Path.of(System.getProperty("user.home"), ".djl.ai"),
                        work,
                        new FederatedStory.Size(OWNERS, 3, 5, 360, 1))
                .run();

        assertThat(outcome.epsilon()).isBetween(7.0, 8.01);
        assertThat(outcome.accuracy()).isBetween(0.05, 1.0);
        String watch = outcome.page().substring(outcome.page().indexOf("mlw_"));
        String report = "/federations/" + outcome.federation() + "/report";
        assertThat(stack.send("GET", report, null).statusCode()).isEqualTo(401);
        HttpResponse<String> page = stack.send("GET", "/federations/" + outcome.federation() + "/page", null);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Sign in").doesNotContain(watch);
        Answer model = stack.as(token).get("/model/" + outcome.model() + "/status");
        assertThat(model.expect(200).body().path("status").asString()).isEqualTo("TRAINED");
    }

    /** Figure 26 of the report, with what it does not say: that its privacy is weak. */
    void theReportsRequest() throws Exception {
        PlatformClient platform = stack.as(token);
        LinkedHashMap<String, Part> form = new LinkedHashMap<>();
        Map.of(
                        "net_name", "digits-mlp",
                        "num_rounds", "1",
                        "num_teachers", "2",
                        "teacher_epochs", "1",
                        "student_epochs", "1",
                        "batch_size", "16",
                        "learning_rate", "0.1",
                        "noise", "laplacian",
                        "epsilon", "0.3",
                        "num_queries", "1001")
                .forEach((name, value) -> form.put(name, new Part.Field(value)));
        form.put("noise_data", new Part.Field("1000"));
        form.put("access_key", new Part.Field("rootuser"));
        form.put("secret_key", new Part.Field(SECRET_KEY));
        form.put("bucket_name", new Part.Field("testminio"));
        form.put("domain_name", new Part.Field("minio.invalid"));

        Answer refused = platform.postForm("/fp/", form).expect(422);
        assertThat(refused.body().path("detail").asString()).contains("accept_weak_privacy", "272");

        form.put("accept_weak_privacy", new Part.Field("true"));
        JsonNode stored = platform.postForm("/fp/", form).expect(201).body();
        assertThat(stored.toString()).doesNotContain(SECRET_KEY);
        String id = stored.path("id").asString();
        await().atMost(MAY_TAKE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(
                        platform.get("/fp/" + id)
                                .expect(200)
                                .body()
                                .path("state")
                                .asString())
                .isIn("SUCCEEDED", "FAILED"));
        JsonNode ended = platform.get("/fp/" + id).expect(200).body();
        assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
        assertThat(platform.get("/model/" + id + "/status")
                        .expect(200)
                        .body()
                        .path("status")
                        .asString())
                .isEqualTo("TRAINED");
    }
}
