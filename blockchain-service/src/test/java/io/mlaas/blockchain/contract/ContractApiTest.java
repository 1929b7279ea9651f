package io.mlaas.blockchain.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.blockchain.RunningService;
import io.mlaas.contracts.ChainEvidence;
import io.mlaas.contracts.ChainReader;
import io.mlaas.stack.server.Running;
import io.mlaas.testkit.Documentation;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;

/** The service as the registry uses it, on a real chain. */
class ContractApiTest extends RunningService {
    @Test
    void recordsADatasetAndReadsItInTheReportsShape() {
        UUID id = UUID.randomUUID();

        Answer deployed = post("/contract", dataset(id, TestIdentity.ACME, SHA256), REGISTRY);
        Answer read = get("/contract/" + deployed.text("address"), REGISTRY);

        assertThat(deployed.status()).isEqualTo(200);
        assertThat(deployed.text("transaction_hash")).matches("0x[0-9a-f]{64}");
        assertThat(read.body()).isEqualTo(JSON.readTree("""
                {
                  "asset_id": "%s", "address": "%s",
                  "organization_id": "5d066d58-06de-47ab-a2f6-c8f413e21947", "samples_dimension": "(1,32,32)",
                  "size_bytes": 55426379, "hash": "%s", "sha256": "%s"
                }
                """.formatted(id, deployed.text("address"), MD5, SHA256)));
        assertThat(get("/contract?asset_id=" + id, REGISTRY).body()).isEqualTo(read.body());
    }

    @Test
    void answersARepeatedRegistrationWithTheSameContractAndRefusesOtherContents() {
        UUID id = UUID.randomUUID();
        Answer first = post("/contract", dataset(id, TestIdentity.ACME, SHA256), REGISTRY);

        assertThat(post("/contract", dataset(id, TestIdentity.ACME, SHA256), REGISTRY)
                        .body())
                .isEqualTo(first.body());
        for (Answer refused : List.of(
                post("/contract", dataset(id, TestIdentity.ACME, RESULT_SHA256), REGISTRY),
                post("/contract", dataset(id, TestIdentity.GLOBEX, SHA256), REGISTRY),
                post("/contract", model(id, UUID.randomUUID()), REGISTRY))) {
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.text("code")).isEqualTo("CONTRACT_EXISTS");
        }
    }

    @Test
    void findsOnTheChainWhatTheDatabaseHasForgotten() {
        UUID id = UUID.randomUUID();
        Answer first = post("/contract", dataset(id, TestIdentity.ACME, SHA256), REGISTRY);
        jdbc.sql("delete from chain_transaction where request_key = :key")
                .param("key", "register:" + id)
                .update();

        assertThat(post("/contract", dataset(id, TestIdentity.ACME, SHA256), REGISTRY)
                        .body())
                .isEqualTo(first.body());
        assertThat(post("/contract", dataset(id, TestIdentity.ACME, RESULT_SHA256), REGISTRY)
                        .text("code"))
                .isEqualTo("CONTRACT_EXISTS");
    }

    @Test
    void recordsAResultOnceAndAnswersItsRepetition() {
        UUID datasetId = UUID.randomUUID();
        UUID modelId = UUID.randomUUID();
        post("/contract", dataset(datasetId, TestIdentity.ACME, SHA256), REGISTRY);
        String address = post("/contract", model(modelId, datasetId), REGISTRY).text("address");
        JsonNode untrained = get("/contract/" + address, REGISTRY).body();
        assertThat(untrained).isEqualTo(JSON.readTree("""
                {
                  "asset_id": "%s", "address": "%s",
                  "model_params": {
                    "developer_id": "dd8fca81-a999-40f5-81f0-68627e303a27",
                    "organization_id": "5d066d58-06de-47ab-a2f6-c8f413e21947",
                    "origin": "trained", "train_image_hash": "%s", "train_image_sha256": "%s"
                  },
                  "data_params": {"dataset_id": "%s"}
                }
                """.formatted(modelId, address, MD5, SHA256, datasetId)));

        UUID request = UUID.randomUUID();
        Answer first = verify(address, request, RESULT_SHA256);

        assertThat(first.status()).isEqualTo(200);
        assertThat(verify(address, request, RESULT_SHA256).body()).isEqualTo(first.body());
        for (Answer refused :
                List.of(verify(address, UUID.randomUUID(), RESULT_SHA256), verify(address, request, SHA256))) {
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.text("code")).isEqualTo("ALREADY_VERIFIED");
        }
        JsonNode trained = get("/contract/" + address, REGISTRY).body().path("model_params");
        assertThat(trained.path("res_hash").asString()).isEqualTo(RESULT_MD5);
        assertThat(trained.path("res_sha256").asString()).isEqualTo(RESULT_SHA256);
    }

    @Test
    void recordsAnImportedModelWithoutDatasetOrImageAndWhatIsTranslatedFromIt() {
        UUID imported = UUID.randomUUID();
        String address = post("/contract", withoutTraining(imported, "imported", null), REGISTRY)
                .text("address");
        verify(address, UUID.randomUUID(), RESULT_SHA256);

        JsonNode said = get("/contract/" + address, REGISTRY).body();
        assertThat(said.path("model_params").path("origin").asString()).isEqualTo("imported");
        assertThat(said.path("model_params").path("res_sha256").asString()).isEqualTo(RESULT_SHA256);
        assertThat(said.path("model_params").has("train_image_sha256")).isFalse();
        assertThat(said.path("data_params").has("dataset_id")).isFalse();

        String translated = post("/contract", withoutTraining(UUID.randomUUID(), "translated", imported), REGISTRY)
                .text("address");
        JsonNode translation = get("/contract/" + translated, REGISTRY).body().path("model_params");
        assertThat(translation.path("origin").asString()).isEqualTo("translated");
        assertThat(translation.path("source_model_id").asString()).isEqualTo(imported.toString());
    }

    private static String withoutTraining(UUID id, String origin, UUID source) {
        return """
                {
                  "kind": "model", "asset_id": "%s", "organization_id": "%s", "developer_id": "%s", "origin": "%s",
                  "source_model_id": %s
                }
                """.formatted(
                        id,
                        TestIdentity.ACME,
                        TestIdentity.ACME_SCIENTIST,
                        origin,
                        source == null ? "null" : "\"" + source + "\"");
    }

    @Test
    void ofManyRivalsExactlyOneRecordsTheResult() throws Exception {
        UUID modelId = UUID.randomUUID();
        UUID datasetId = UUID.randomUUID();
        post("/contract", dataset(datasetId, TestIdentity.ACME, SHA256), REGISTRY);
        String address = post("/contract", model(modelId, datasetId), REGISTRY).text("address");

        List<Answer> answers = atOnce(10, i -> verify(address, UUID.randomUUID(), RESULT_SHA256));

        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
        assertThat(answers).filteredOn(answer -> answer.status() == 409).hasSize(9);
    }

    @Test
    void givesConcurrentRegistrationsOfANewCompanyConsecutiveNonces() throws Exception {
        UUID company = UUID.randomUUID();

        List<Answer> answers =
                atOnce(20, i -> post("/contract", dataset(UUID.randomUUID(), company, SHA256), REGISTRY));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(new HashSet<>(
                        answers.stream().map(answer -> answer.text("address")).toList()))
                .hasSize(20);
        assertThat(jdbc.sql("""
                        select nonce from chain_transaction where owner_id = :company and state = 'MINED' order by nonce
                        """).param("company", company).query(Long.class).list())
                .isEqualTo(IntStream.range(0, 20).mapToObj(Long::valueOf).toList());
    }

    @Test
    void servesManyNewCompaniesAtOnce() throws Exception {
        List<UUID> companies = Stream.generate(UUID::randomUUID).limit(10).toList();
        long start = System.nanoTime();

        List<Answer> answers = atOnce(
                100, i -> post("/contract", dataset(UUID.randomUUID(), companies.get(i % 10), SHA256), REGISTRY));

        System.out.printf("100 registrations of 10 companies: %d ms%n", (System.nanoTime() - start) / 1_000_000);
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(answers.stream().map(answer -> answer.text("address")).distinct())
                .hasSize(100);
    }

    @Test
    void registersOneAssetOnceHoweverManyAsk() throws Exception {
        UUID id = UUID.randomUUID();

        List<Answer> answers = atOnce(10, i -> post("/contract", dataset(id, TestIdentity.GLOBEX, SHA256), REGISTRY));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(answers.stream().map(Answer::body).distinct()).hasSize(1);
        assertThat(jdbc.sql("select count(*) from chain_transaction where request_key = :key")
                        .param("key", "register:" + id)
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void refusesWhoHasNoTokenOrNotTheRole() {
        String body = dataset(UUID.randomUUID(), TestIdentity.ACME, SHA256);
        String address = "/contract/0x9ab7CA8a88F8e351f9b0eEEA5777929210199295";

        for (Answer answer : List.of(
                post("/contract", body, null),
                get(address, null),
                get("/chain", null),
                post(address + "/verify", "{}", null))) {
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.text("code")).isEqualTo("UNAUTHENTICATED");
        }
        String scientist = TestIdentity.acmeScientist();
        for (Answer answer : List.of(
                post("/contract", body, scientist),
                post("/contract", body, TestIdentity.admin()),
                get(address, scientist),
                get("/chain", scientist),
                get("/contract?asset_id=" + UUID.randomUUID(), scientist),
                post(address + "/verify", verifyBody(UUID.randomUUID(), RESULT_SHA256), TestIdentity.acmeOperator()))) {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text("code")).isEqualTo("FORBIDDEN");
        }
    }

    @Test
    void showsAnotherCompanysContractToNobodyAndActsForNobodyElsesCompany() {
        Answer globex = post("/contract", dataset(UUID.randomUUID(), TestIdentity.GLOBEX, SHA256), REGISTRY);
        String path = "/contract/" + globex.text("address");

        Answer hidden = get(path, TestIdentity.acmeOperator());
        Answer missing = get("/contract/0x9ab7CA8a88F8e351f9b0eEEA5777929210199295", TestIdentity.acmeOperator());
        assertThat(hidden.status()).isEqualTo(404);
        assertThat(hidden.text("code")).isEqualTo(missing.text("code")).isEqualTo("CONTRACT_NOT_FOUND");
        assertThat(get(path, TestIdentity.admin()).status()).isEqualTo(200);

        Answer onBehalf = exchange(http.post()
                .uri("/contract")
                .contentType(MediaType.APPLICATION_JSON)
                .header("Authorization", "Bearer " + REGISTRY)
                .header("X-On-Behalf-Of", TestIdentity.acmeScientist())
                .body(dataset(UUID.randomUUID(), TestIdentity.GLOBEX, SHA256)));
        assertThat(onBehalf.status()).isEqualTo(403);
    }

    @Test
    void saysWhatIsWrongWithARequest() {
        UUID id = UUID.randomUUID();
        String dataset = dataset(id, TestIdentity.ACME, SHA256);

        assertProblem(post("/contract", dataset.replace(SHA256, "A1"), REGISTRY), 422, "INVALID_REQUEST", "sha256: A1");
        assertProblem(
                post("/contract", dataset.replace(SHA256, "0".repeat(64)), REGISTRY),
                422,
                "INVALID_REQUEST",
                "not all 0");
        assertProblem(
                post("/contract", dataset.replace("55426379", "-1"), REGISTRY),
                422,
                "INVALID_REQUEST",
                "sizeBytes: -1");
        assertProblem(
                post("/contract", dataset.replace("dataset", "picture"), REGISTRY),
                400,
                "MALFORMED_REQUEST",
                "unknown (expected: one of dataset, model)");
        assertProblem(post("/contract", "{", REGISTRY), 400, "MALFORMED_REQUEST", "not whole JSON: it ends at line 1");
        assertProblem(
                post("/contract", model(id, UUID.randomUUID()), REGISTRY), 422, "REFERENCE_NOT_ON_CHAIN", "dataset_id");
        String imported = model(id, UUID.randomUUID()).replace("\"kind\"", "\"origin\": \"imported\", \"kind\"");
        assertProblem(post("/contract", imported, REGISTRY), 422, "INVALID_REQUEST", "must fit the origin");
        assertProblem(get("/contract/nonsense", REGISTRY), 404, "CONTRACT_NOT_FOUND", "nonsense");
        assertProblem(get("/contract?asset_id=" + id, REGISTRY), 404, "CONTRACT_NOT_FOUND", id.toString());
        assertProblem(get("/contract?asset_id=x", REGISTRY), 400, "MALFORMED_REQUEST", "expected: UUID");
        String address = post("/contract", dataset, REGISTRY).text("address");
        assertProblem(verify(address, UUID.randomUUID(), RESULT_SHA256), 422, "NOT_A_MODEL", address);
    }

    @Test
    void tellsWhichChainItWorksWithSoThatAnybodyCanCheck() {
        UUID id = UUID.randomUUID();
        post("/contract", dataset(id, TestIdentity.ACME, SHA256), REGISTRY);

        Answer chain = get("/chain", TestIdentity.acmeOperator());

        assertThat(chain.body().path("chain_id").asLong()).isEqualTo(1337);
        assertThat(chain.text("registrar")).matches("0x[0-9a-fA-F]{40}");
        assertThat(chain.text("node_version")).startsWith("anvil");
        try (ChainReader reader =
                ChainReader.connect(URI.create(TestServers.evmNode().server().url()))) {
            ChainEvidence evidence =
                    reader.evidence(chain.text("directory"), id).orElseThrow();
            assertThat(evidence.isGenuine()).isTrue();
            assertThat(evidence.sha256()).isEqualTo(SHA256);
            assertThat(evidence.asset().organizationId()).isEqualTo(TestIdentity.ACME);
        }
    }

    @Test
    void survivesANodeThatIsKilledAndForgets() throws Exception {
        UUID before = UUID.randomUUID();
        UUID meanwhile = UUID.randomUUID();
        UUID company = UUID.randomUUID();
        String request = dataset(before, company, SHA256);
        Running node = TestServers.evmNode();
        Answer accepted = post("/contract", request, REGISTRY);
        assertThat(accepted.status()).isEqualTo(200);

        node.child().kill();
        assertThat(node.child().awaitExit(Duration.ofSeconds(10))).isTrue();
        Answer refused = post("/contract", dataset(meanwhile, company, SHA256), REGISTRY);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text("code")).isEqualTo("CHAIN_UNAVAILABLE");
        assertThat(refused.headers().getFirst("Retry-After")).isEqualTo("5");
        assertThat(get("/chain", REGISTRY).status()).isEqualTo(503);
        assertThat(get("/contract/" + accepted.text("address"), REGISTRY).status())
                .isEqualTo(503);
        TestServers.startEvmAgain();

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        get("/contract/" + accepted.text("address"), REGISTRY).status())
                .isEqualTo(200));
        assertThat(post("/contract", request, REGISTRY).text("address")).isEqualTo(accepted.text("address"));
        assertThat(post("/contract", dataset(meanwhile, company, SHA256), REGISTRY)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void servesTheCommittedOpenApiDocument() {
        Documentation.openApiIsCommitted(
                "blockchain-service",
                http.get()
                        .uri("/openapi.json")
                        .exchange()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody());
    }

    private static void assertProblem(Answer answer, int status, String code, String detail) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.text("code")).isEqualTo(code);
        assertThat(answer.text("detail")).contains(detail);
        assertThat(answer.text("remedy")).isNotBlank();
    }

    private interface Numbered {
        Answer ask(int number);
    }

    private static List<Answer> atOnce(int times, Numbered question) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Answer>> questions = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                int number = i;
                questions.add(() -> question.ask(number));
            }
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer : threads.invokeAll(questions)) {
                answers.add(answer.get());
            }
            return answers;
        }
    }
}
