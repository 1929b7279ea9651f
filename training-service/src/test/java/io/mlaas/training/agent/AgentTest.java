package io.mlaas.training.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.training.registry.FakeRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentTest {
    private static final String DATASET = "a,b\n1,2\n";
    private static final UUID JOB = UUID.randomUUID();

    @TempDir
    private Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private FakeRegistry registry;
    private TrainingRequested order;
    private String token;

    @BeforeEach
    void prepare() throws IOException {
        registry = new FakeRegistry();
        order = new TrainingRequested(
                UUID.randomUUID(),
                TestIdentity.ACME,
                TestIdentity.ACME_SCIENTIST,
                UUID.randomUUID(),
                "acme/forecast@sha256:" + "1".repeat(64),
                "1".repeat(64),
                Map.of(),
                sha256(DATASET),
                "../numbers.csv",
                Map.of(),
                "network.json",
                sha256("{}"));
        registry.add(order, DATASET, "{}");
        token = registry.issue(order.modelId(), JOB);
        Files.createDirectories(directory.resolve("output"));
        Files.createDirectories(directory.resolve("credential"));
        Files.writeString(directory.resolve("credential/token"), token + "\n");
        Files.writeString(directory.resolve("credential/dataset.json"), "{\"samples\":1}");
        environment.putAll(Map.of(
                "MLAAS_REGISTRY_URL",
                registry.url(),
                "MLAAS_CREDENTIAL_FILE",
                directory.resolve("credential/token").toString(),
                "MLAAS_JOB_ID",
                JOB.toString(),
                "MLAAS_MODEL_ID",
                order.modelId().toString(),
                "MLAAS_INPUT_DIR",
                directory.resolve("input").toString(),
                "MLAAS_OUTPUT_DIR",
                directory.resolve("output").toString(),
                "MLAAS_WORK_DIR",
                directory.resolve("result").toString(),
                "MLAAS_TERMINATION_LOG",
                directory.resolve("last").toString(),
                "MLAAS_PATIENCE",
                "PT20S"));
        environment.put("MLAAS_DATASETS", dataset(order.datasetSha256()));
        environment.put(
                "MLAAS_DEFINITION",
                "{\"fileName\":\"network.json\",\"sha256\":\"%s\"}".formatted(order.definitionSha256()));
    }

    @AfterEach
    void toldNobodyTheCredential() {
        assertThat(output()).doesNotContain(token).doesNotContain("mlj_");
        registry.close();
    }

    @Test
    void fetchesWhatWasRegistered() {
        assertThat(run("fetch")).isZero();
        assertThat(directory.resolve("input/dataset/numbers.csv")).hasContent(DATASET);
        assertThat(directory.resolve("input/dataset.json")).hasContent("{\"samples\":1}");
        assertThat(directory.resolve("input/model/network.json")).hasContent("{}");
        assertThat(output())
                .contains("[mlaas] dataset numbers.csv: sha256 " + order.datasetSha256() + ", as registered\n");
    }

    @Test
    void fetchesAgainOnlyWhatIsNotThereYet() {
        assertThat(run("fetch")).isZero();
        assertThat(run("fetch")).isZero();
        assertThat(registry.requests()).containsOnlyOnce("GET /dataset/" + order.datasetId());
    }

    @Test
    void refusesADatasetThatIsNotTheRegisteredOne() throws IOException {
        environment.put("MLAAS_DATASETS", dataset("a".repeat(64)));
        assertThat(run("fetch")).isEqualTo(65);
        assertThat(directory.resolve("input/dataset/numbers.csv")).doesNotExist();
        assertThat(lastWords())
                .isEqualTo("the dataset is not the registered one: sha256 " + sha256(DATASET) + " (expected: "
                        + "a".repeat(64) + ")");
    }

    @Test
    void asksAgainWhileTheRegistryIsAway() {
        registry.refuse("GET /dataset/", 503);
        registry.refuse("GET /dataset/", 500);
        assertThat(run("fetch")).isZero();
        assertThat(output()).contains("(503: the registry has a bad moment); asked again in 200 ms");
    }

    @Test
    void leavesItToALaterRunWhenTheRegistryStaysAway() throws IOException {
        environment.put("MLAAS_PATIENCE", "PT0S");
        environment.put("MLAAS_REGISTRY_URL", "http://127.0.0.1:1");
        assertThat(run("fetch")).isEqualTo(75);
        assertThat(lastWords()).isEqualTo("the registry did not answer when asked to give out the dataset");
    }

    @Test
    void registersWhatTheProgramWrote() throws IOException {
        write("model.pt", "weights");
        write("metrics.json", "{\n\"accuracy\": 0.97}");
        assertThat(run("register")).isZero();
        assertThat(lastWords())
                .isEqualTo(
                        "{\"fileName\":\"model.pt\",\"sizeBytes\":7,\"sha256\":\"%s\"}".formatted(sha256("weights")));
        assertThat(output()).contains("[mlaas] metrics {\"accuracy\":0.97}\n");
        assertThat(registry.result(order.modelId())).hasValueSatisfying(stored -> {
            assertThat(stored.content()).asString(StandardCharsets.UTF_8).isEqualTo("weights");
            assertThat(stored.jobId()).isEqualTo(JOB);
        });
    }

    @Test
    void registersOnceThoughItIsKilledAfterThat() throws IOException {
        write("a", "1");
        write("b", "2");
        assertThat(run("register")).isZero();
        FakeRegistry.Stored stored = registry.result(order.modelId()).orElseThrow();
        String first = lastWords();
        assertThat(run("register")).isZero();
        assertThat(registry.result(order.modelId())).containsSame(stored);
        assertThat(lastWords()).isEqualTo(first).contains("model.zip");
    }

    @Test
    void registersOnceThoughTheAnswerIsLost() throws IOException {
        write("model.pt", "weights");
        registry.loseAnswer("PUT /model/").end();
        assertThat(run("register")).isZero();
        assertThat(registry.requests()).filteredOn(r -> r.startsWith("PUT")).hasSize(2);
        assertThat(registry.result(order.modelId())).isPresent();
    }

    @Test
    void refusesToRegisterAnotherResultOrNone() throws IOException {
        assertThat(run("register")).isEqualTo(65);
        assertThat(lastWords()).startsWith("output: empty (expected: the model");
        registry.hold(order.modelId(), "another result");
        write("model.pt", "weights");
        assertThat(run("register")).isEqualTo(65);
        assertThat(lastWords()).startsWith("the registry refused to register the result (409");
    }

    @Test
    void onlyTellsTheResultOfAModelThatIsTrainedAgain() throws IOException {
        environment.put("MLAAS_COMPARE_ONLY", "true");
        write("model.pt", "weights");
        write("metrics.json", "{\"accuracy\": 0.97}");
        assertThat(run("register")).isZero();
        assertThat(lastWords())
                .isEqualTo(
                        "{\"fileName\":\"model.pt\",\"sizeBytes\":7,\"sha256\":\"%s\"}".formatted(sha256("weights")));
        assertThat(output()).contains("[mlaas] metrics {\"accuracy\":0.97}\n");
        assertThat(registry.requests()).isEmpty();
        environment.put("MLAAS_COMPARE_ONLY", "yes");
        assertThat(run("register")).isEqualTo(65);
        assertThat(output()).contains("MLAAS_COMPARE_ONLY: yes (expected: true or false)");
    }

    @Test
    void showsNothingThatALinkPointsTo() throws IOException {
        write("model.pt", "weights");
        Files.createSymbolicLink(
                directory.resolve("output/metrics.json"), directory.resolve("credential/dataset.json"));
        assertThat(run("register")).isZero();
        assertThat(output()).doesNotContain("samples");
    }

    @Test
    void namesWhatIsWrongWithItsSettings() {
        environment.put("MLAAS_JOB_ID", "7");
        assertThat(run("fetch")).isEqualTo(65);
        assertThat(output()).contains("MLAAS_JOB_ID: 7 (expected: a UUID)");
        environment.put("MLAAS_JOB_ID", JOB.toString());
        assertThat(run("train")).isEqualTo(65);
        assertThat(output()).contains("argument: train (expected: fetch or register)");
    }

    private int run(String step) {
        return new Agent(environment, new PrintStream(said, true, StandardCharsets.UTF_8)).run(step);
    }

    private String output() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private String lastWords() throws IOException {
        return Files.readString(directory.resolve("last"));
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve("output").resolve(name), content);
    }

    private String dataset(String sha256) {
        return "[{\"id\":\"%s\",\"fileName\":\"../numbers.csv\",\"sha256\":\"%s\"}]"
                .formatted(order.datasetId(), sha256);
    }

    private static String sha256(String text) {
        return FakeRegistry.sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}
