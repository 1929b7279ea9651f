package io.mlaas.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mlaas.stack.demo.PlatformClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A small simulated federation in a real framework: asked for, followed, its model fetched and checked, all by the API. */
record FrameworkFederation(RunningStack stack, String token, Path work) {
    private static final String PLAN = """
            {"name": "digits-%1$s", "engine": "%1$s", "topology": {"clients": 2, "rounds": 2},
             "training": {"local_epochs": 3, "batch": 16, "learning_rate": 0.1}, "model": {"net_name": "digits-mlp"}, "seed": 7}
            """;

    void trains(String framework) throws Exception {
        assumeTrue(
                Files.isRegularFile(Command.HOME.resolve(".mlaas/cache/frameworks/" + framework + "/version")),
                () -> framework + " is not installed here (./mlaas frameworks " + framework + ")");
        PlatformClient platform = stack.as(token);
        JsonNode stored = platform.post("/federations", JsonMapper.shared().readTree(PLAN.formatted(framework)))
                .expect(201)
                .body();
        String federation = "/federations/" + stored.path("id").asString();

        await().atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> !platform.get(federation)
                        .expect(200)
                        .body()
                        .path("ended_at")
                        .asString("")
                        .isEmpty());

        JsonNode ended = platform.get(federation).expect(200).body();
        assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
        JsonNode report = platform.get(federation + "/report").expect(200).body();
        assertThat(report.path("rounds").size()).as(report.toString()).isEqualTo(2);
        String model = ended.path("model_id").asString();
        assertThat(platform.get("/model/" + model + "/status")
                        .expect(200)
                        .body()
                        .path("status")
                        .asString())
                .isEqualTo("TRAINED");
        Path file = Files.createDirectories(work).resolve(framework + ".pt");
        assertThat(platform.download("/model/" + model, file)).isEqualTo(200);
        assertThat(stack.mlaas("verify", file.toString(), "--asset", model).expect(0))
                .contains("VERIFIED");
    }
}
