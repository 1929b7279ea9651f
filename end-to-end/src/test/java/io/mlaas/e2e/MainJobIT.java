package io.mlaas.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mlaas.onnx.parity.SignedCertificate;
import io.mlaas.stack.demo.EvidenceStory;
import io.mlaas.stack.demo.MainJob;
import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.demo.Scenario;
import io.mlaas.stack.energy.DriftStory;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The main job through the gateway, on the servers and services that {@code mlaas up} starts. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobIT {
    private static final UUID ACME = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");
    private static final UUID ACME_SCIENTIST = UUID.fromString("dd8fca81-a999-40f5-81f0-68627e303a27");
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    static Path folder;

    private static RunningStack stack;
    private static String acme;
    private static String globex;
    private static MainJob.Outcome outcome;

    @BeforeAll
    static void up() {
        stack = new RunningStack(folder.resolve("state"));
        startAnew();
    }

    private static void startAnew() {
        stack.start();
        acme = stack.token("acme-scientist");
        globex = stack.token("globex-scientist");
    }

    @AfterAll
    static void down() {
        stack.stop();
    }

    @Test
    @Order(1)
    void theMainJobProvesEveryStep() throws Exception {
        JsonNode chain = stack.chain();
        Scenario scenario = new Scenario(stack.as(acme), Command.HOME.resolve("demo/digits"));
        Path work = Files.createDirectories(folder.resolve("work"));

        outcome = new MainJob(
                        scenario,
                        new Told(),
                        folder.resolve("state/data/s3"),
                        URI.create(chain.path("rpc_url").asString()),
                        chain.path("directory").asString(),
                        work)
                .run(ACME, ACME_SCIENTIST);

        assertThat(outcome.heldOut()).isBetween(350, 365);
        assertThat(outcome.accuracy()).isGreaterThanOrEqualTo(0.97);
        assertThat(outcome.differingLabels()).isZero();
        assertThat(outcome.refusal().body().path("code").asString()).isEqualTo("ASSET_QUARANTINED");
    }

    @Test
    @Order(2)
    void theCommandVerifiesTheFileAndRefusesAChangedOne() throws Exception {
        Path model = folder.resolve("work/model.pt");
        String evidence = stack.mlaas(
                        "verify", model.toString(), "--asset", outcome.model().toString())
                .expect(0);
        assertThat(evidence).contains("VERIFIED");

        Path changed = folder.resolve("work/changed.pt");
        byte[] bytes = Files.readAllBytes(model);
        bytes[bytes.length / 2] ^= 1;
        Files.write(changed, bytes);
        stack.mlaas("verify", changed.toString(), "--asset", outcome.model().toString())
                .expect(1);
    }

    @Test
    @Order(2)
    void theModelComesOutAgainAndAnOutsiderChecksItsPassport() throws Exception {
        Path work = folder.resolve("work");
        JsonNode chain = stack.chain();

        EvidenceStory.Outcome evidence = new EvidenceStory(
                        stack.as(acme),
                        new Told(),
                        URI.create(chain.path("rpc_url").asString()),
                        chain.path("registry").asString(),
                        work)
                .run(outcome.model(), work.resolve("model.pt"));

        assertThat(evidence.verdict().path("outcome").asString()).isEqualTo("REPRODUCED");
        Path proof = work.resolve("file-proof.json");
        String model = work.resolve("model.pt").toString();
        assertThat(stack.mlaas("verify", model, "--proof", proof.toString()).expect(0))
                .contains("VERIFIED", "anchored");
        Path changed = Files.writeString(
                work.resolve("changed-proof.json"),
                Files.readString(proof).replace("\"log_index\":", "\"log_index\":1"));
        assertThat(stack.mlaas("verify", model, "--proof", changed.toString()).expect(1))
                .contains("NOT VERIFIED");

        OutsidersScript outsider = new OutsidersScript(chain);
        Command.Result checked = outsider.checkOnceAnchored(evidence.passport(), work.resolve("model.pt"));
        assumeTrue(
                checked.status() != OutsidersScript.TOOL_MISSING,
                () -> "the outsider's tools cannot be had here: " + checked.output());
        assertThat(checked.expect(0)).contains("model_signing: signed by").doesNotContain("FAIL", "OPEN");
        Path other = Files.writeString(work.resolve("other.pt"), "another model");
        assertThat(outsider.check(evidence.passport(), other).expect(1)).contains("FAIL  SHA-256 of the file");
    }

    @Test
    @Order(2)
    void aQuarantinedTranslationIsMadeAnewAndAGoodOneIsNotMadeTwice() throws Exception {
        JsonNode anew = JSON.readTree(
                stack.send("POST", "/translate/" + outcome.model(), acme).body());
        JsonNode again = JSON.readTree(
                stack.send("POST", "/translate/" + outcome.model(), acme).body());

        assertThat(anew.path("model_id").asString()).isNotEqualTo(outcome.onnx().toString());
        assertThat(anew.path("created").asBoolean()).isTrue();
        assertThat(again.path("model_id")).isEqualTo(anew.path("model_id"));
        assertThat(again.path("created").asBoolean()).isFalse();
        assertThat(again.path("certificate").path("passed").asBoolean()).isTrue();
    }

    @Test
    @Order(3)
    void theCertificateIsSignedByThePlatformAndAnchoredWithItsModel() throws Exception {
        stack.send("POST", "/translate/" + outcome.model(), acme);
        HttpResponse<String> answer = stack.send("GET", "/translate/" + outcome.model() + "/certificate", acme);
        String onnx = answer.headers().firstValue("X-Model-Id").orElseThrow();
        Path model = folder.resolve("work/translated.onnx");
        assertThat(stack.as(acme).download("/model/" + onnx, model)).isEqualTo(200);
        Path certificate = Files.writeString(folder.resolve("work/certificate.json"), answer.body());

        JsonNode key = JSON.readTree(
                        stack.send("GET", "/translate/keys", globex).body())
                .path("keys")
                .get(0);
        PublicKey published = KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(
                        Base64.getDecoder().decode(key.path("public_key").asString())));
        assertThat(SignedCertificate.fromJson(answer.body()).isSignedBy(published))
                .isTrue();
        assertThat(stack.mlaas("verify", model.toString(), "--asset", onnx, "--certificate", certificate.toString())
                        .expect(0))
                .contains("so is its certificate");

        Path changed = Files.writeString(
                folder.resolve("work/changed.json"), answer.body().replace("\"passed\":true", "\"passed\": true"));
        assertThat(stack.mlaas("verify", model.toString(), "--asset", onnx, "--certificate", changed.toString())
                        .expect(1))
                .contains("the certificate is not the one that the translation was registered with");
        JsonNode said = JSON.readTree(answer.body());
        assertThat(said.path("input_ranges").asString()).isEqualTo("dataset " + outcome.dataset());
    }

    @Test
    @Order(3)
    void anotherCompanySeesNothingOfIt() throws Exception {
        for (String path : List.of(
                "/dataset/" + outcome.dataset(),
                "/dataset/" + outcome.dataset() + "/metadata",
                "/model/" + outcome.model(),
                "/model/" + outcome.model() + "/metadata",
                "/metadata/" + outcome.model(),
                "/model/" + outcome.model() + "/status",
                "/train/" + outcome.model(),
                "/translate/" + outcome.model())) {
            HttpResponse<String> theirs = stack.send("GET", path, globex);
            HttpResponse<String> missing = stack.send(
                    "GET", path.replaceFirst("[0-9a-f-]{36}", UUID.randomUUID().toString()), globex);
            assertThat(theirs.statusCode()).as(path).isEqualTo(404);
            assertThat(code(theirs)).as(path).isEqualTo(code(missing));
        }
        assertThat(stack.send("POST", "/translate/" + outcome.model(), globex).statusCode())
                .isEqualTo(404);
        assertThat(JSON.readTree(stack.send("GET", "/model", globex).body()).findValuesAsString("model_id"))
                .doesNotContain(outcome.model().toString());
    }

    @Test
    @Order(3)
    void theDoorsAreClosedToStrangersAndInternalPathsAreUnknown() throws Exception {
        String operator = stack.token("acme-operator");

        assertThat(stack.send("GET", "/model", null).statusCode()).isEqualTo(401);
        assertThat(stack.send("GET", "/model", acme + "x").statusCode()).isEqualTo(401);
        assertThat(stack.send("POST", "/translate/" + outcome.model(), operator).statusCode())
                .isEqualTo(403);
        assertThat(stack.send("PUT", "/model/" + outcome.model(), acme).statusCode())
                .isEqualTo(403);
        for (String path : List.of(
                "/nothing", "/contract/0x0000000000000000000000000000000000000000", "/chain", "/internal/images")) {
            HttpResponse<String> answer = stack.send("GET", path, acme);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        }
        assertThat(stack.send("GET", "/", null).statusCode()).isEqualTo(200);
        assertThat(stack.send("GET", "/openapi/model-sharing-service.json", null)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    @Order(3)
    void theReportsRequestsWorkWithHostAndTokenChanged() throws Exception {
        PlatformClient platform = stack.as(acme);
        LinkedHashMap<String, PlatformClient.Part> form = new LinkedHashMap<>();
        form.put("metadata", new PlatformClient.Part.Field("""
                {
                    "model_params": {
                        "developer_id": "dd8fca81-a999-40f5-81f0-68627e303a27",
                        "organization_id": "5d066d58-06de-47ab-a2f6-c8f413e21947",
                    },
                    "data_params": {
                        "dataset_id": "%s"
                    }
                }
                """.formatted(outcome.dataset())));
        form.put("train_image", new PlatformClient.Part.Field("mlaas/trainer:1"));
        UUID model = UUID.fromString(platform.postForm("/model/", form)
                .expect(201, 200, 202)
                .body()
                .path("model_id")
                .asString());

        PlatformClient.Answer early = platform.get("/model/" + model);
        if (early.status() == 409) {
            assertThat(early.body().path("detail").asString())
                    .isEqualTo("Model " + model + " has not been trained yet. Please, try again later.");
        }
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> platform.get("/model/" + model + "/status")
                        .body()
                        .path("status")
                        .asString()
                        .equals("TRAINED"));
        JsonNode chain = platform.get("/metadata/" + model).expect(200).body();
        assertThat(chain.path("model_params").path("developer_id").asString()).isEqualTo(ACME_SCIENTIST.toString());
        assertThat(chain.path("model_params").path("res_hash").asString()).matches("[0-9a-f]{32}");
        assertThat(chain.path("data_params").path("dataset_id").asString())
                .isEqualTo(outcome.dataset().toString());
    }

    @Test
    @Order(3)
    void failedMetersAreNamedAndAChangeOfLoadIsLearnedOnce() throws Exception {
        Path reports = new DriftStory(
                        stack.as(acme),
                        new Told(),
                        Command.HOME.resolve("demo/energy"),
                        new DriftStory.Size(20, 7, 7),
                        1,
                        folder.resolve("work/drift"))
                .run(ACME);

        assertThat(reports.resolve("meters-fail.html")).content().contains("<html", "check_sensors");
        assertThat(reports.resolve("load-changed.html")).content().contains("<html", "retrain");
    }

    @Test
    @Order(3)
    void ownersLearnTogetherAndTheServerSeesMaskedVectorsOnly() throws Exception {
        new Federations(stack, acme, folder.resolve("work/federated")).ownersLearnTogether();
    }

    /** Those that are installed: FrameworksTest of training-service does so, or {@code ./mlaas frameworks}. */
    @ParameterizedTest
    @ValueSource(strings = {"flare", "flower"})
    @Order(3)
    void anInstalledFrameworkTrainsAModelThatIsVerified(String framework) throws Exception {
        new FrameworkFederation(stack, acme, folder.resolve("work/frameworks")).trains(framework);
    }

    @Test
    @Order(4)
    void everyPanelOfEveryDashboardShowsSomething() throws Exception {
        assumeTrue(Command.HAS_PROMETHEUS, "this machine has no Prometheus, nor apt to fetch it");
        new ClassMonitor(stack.as(acme)).watch();
        Dashboards dashboards =
                new Dashboards(stack.member("prometheus").path("url").asString());

        for (String dashboard : List.of("platform", "fleet", "data-drift", "model-performance")) {
            // A rate needs two readings.
            await().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofSeconds(2))
                    .untilAsserted(() -> assertThat(dashboards.withoutData(
                                    Command.HOME.resolve("deploy/grafana/dashboards/" + dashboard + ".json")))
                            .isEmpty());
        }
    }

    @Test
    @Order(3)
    void keysAreReplacedWhileEverythingRuns() throws Exception {
        String before = stack.mlaas("keys", "list").expect(0);
        String old = accountOf(before);

        assertThat(stack.mlaas("keys", "rotate", ACME.toString()).expect(0)).contains("takes over from " + old, "done");
        String after = stack.mlaas("keys", "list").expect(0);
        assertThat(after.lines().filter(line -> line.contains(ACME.toString()))).hasSize(2);
        for (String service : List.of("blockchain", "model-sharing")) {
            assertThat(stack.mlaas("keys", "rotate-master", service).expect(0))
                    .contains("seals in place of", "1 earlier key(s) removed");
        }
        assertThat(stack.mlaas("keys", "status").expect(0))
                .contains("blockchain: 0 secrets under earlier keys", "model-sharing: 0 secrets under earlier keys");
        Command.Result unknown = stack.mlaas("keys", "rotate-master", "gateway");
        assertThat(unknown.status()).isNotZero();
        assertThat(unknown.output()).contains("gateway (expected: blockchain or model-sharing)");

        Path again = folder.resolve("work/after-rotation.pt");
        assertThat(stack.as(acme).download("/model/" + outcome.model(), again)).isEqualTo(200);
        stack.mlaas("verify", again.toString(), "--asset", outcome.model().toString())
                .expect(0);
    }

    private static String accountOf(String list) {
        return list.lines()
                .filter(line -> line.contains(ACME.toString()))
                .findFirst()
                .orElseThrow()
                .split(" ")[0];
    }

    @Test
    @Order(5)
    void everythingIsStillThereAfterEveryServiceWasKilled() throws Exception {
        TaughtLearner learner = new TaughtLearner(stack.gateway(), acme, "after-the-kill");
        String taught = learner.learn();
        assertThat(learner.snapshotOnChain()).contains("\"origin\":\"learned\"", "\"res_sha256\"");
        List<Long> killed = new ArrayList<>();
        for (String name : List.of(
                "postgres",
                "kafka",
                "s3",
                "evm",
                "blockchain",
                "model-sharing",
                "training",
                "translation",
                "online-learning",
                "monitoring",
                "ppfl")) {
            long pid = stack.member(name).path("pid").asLong();
            assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
            killed.add(pid);
        }
        Path again = folder.resolve("work/again.pt");
        PlatformClient platform = stack.as(acme);
        await().atMost(Duration.ofMinutes(6))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    assertThat(platform.download("/model/" + outcome.model(), again))
                            .isEqualTo(200);
                    assertThat(again).hasSameBinaryContentAs(folder.resolve("work/model.pt"));
                    assertThat(learner.predicted()).isEqualTo(taught);
                });
        for (String name : List.of("postgres", "evm", "model-sharing")) {
            assertThat(killed).doesNotContain(stack.member(name).path("pid").asLong());
        }
        stack.mlaas("verify", again.toString(), "--asset", outcome.model().toString())
                .expect(0);
    }

    @Test
    @Order(6)
    void noSecretIsInLogsAnswersTablesTopicsOrCommandLines() throws Exception {
        String operator = stack.token("acme-operator");

        new SecretsNowhere(stack, outcome)
                .look(Map.of("a user's token", acme, "another company's token", globex), List.of(acme, operator));
    }

    @Test
    @Order(7)
    void allIsThereAfterItWasWipedAndABackupRestored() throws Exception {
        Path backup = folder.resolve("backup.tar.gz");
        assertThat(stack.mlaas("backup", backup.toString()).expect(0)).contains("stand still", "stood still for");
        assertThat(stack.mlaas("restore", backup.toString()).expect(1)).contains("the stack runs");
        stack.stop();
        for (String stored : List.of("data", "secrets")) {
            FileSystemUtils.deleteRecursively(folder.resolve("state").resolve(stored));
        }

        stack.mlaas("restore", backup.toString()).expect(0);
        startAnew();

        assertThat(stack.mlaas("scrub").expect(0)).contains("every asset is what the chain says");
        Path again = folder.resolve("work/restored.pt");
        assertThat(stack.as(acme).download("/model/" + outcome.model(), again)).isEqualTo(200);
        assertThat(again).hasSameBinaryContentAs(folder.resolve("work/model.pt"));
        stack.mlaas("verify", again.toString(), "--asset", outcome.model().toString())
                .expect(0);
    }

    private static String code(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()).path("code").asString();
    }
}
