package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.testkit.Documentation;
import io.mlaas.testkit.TestIdentity;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every endpoint, asked by those who may not. */
class AccessApiTest extends RegistryServer {
    private static final String ACME = TestIdentity.acmeScientist();

    private record Endpoint(String method, String path) {}

    /** What a data scientist of the owning company may use. */
    private List<Endpoint> publicEndpoints(UUID dataset, UUID model) {
        return List.of(
                new Endpoint("POST", "/dataset"),
                new Endpoint("GET", "/dataset"),
                new Endpoint("GET", "/dataset/" + dataset),
                new Endpoint("GET", "/dataset/" + dataset + "/metadata"),
                new Endpoint("GET", "/dataset/" + dataset + "/status"),
                new Endpoint("POST", "/model"),
                new Endpoint("GET", "/model"),
                new Endpoint("GET", "/model/" + model),
                new Endpoint("PUT", "/model/" + model),
                new Endpoint("GET", "/model/" + model + "/definition"),
                new Endpoint("GET", "/model/" + model + "/metadata"),
                new Endpoint("GET", "/model/" + model + "/status"),
                new Endpoint("GET", "/model/" + model + "/certificate"),
                new Endpoint("GET", "/metadata/" + model),
                new Endpoint("GET", "/metadata/" + dataset));
    }

    private List<Endpoint> internalEndpoints(UUID model) {
        return List.of(
                new Endpoint("GET", "/internal/model/" + model + "/training"),
                new Endpoint("POST", "/internal/model/" + model + "/job-credential"),
                new Endpoint("POST", "/internal/translation?source_model_id=" + model + "&format=onnx"),
                new Endpoint("GET", "/internal/translation?source_model_id=" + model + "&format=onnx"));
    }

    private Answer ask(Endpoint endpoint, @Nullable String token) throws Exception {
        HttpRequest.Builder request = request(endpoint.path(), token);
        boolean form = endpoint.method().equals("POST") && !endpoint.path().endsWith("job-credential");
        if (!endpoint.method().equals("GET")) {
            request.header(
                    "Content-Type",
                    form
                            ? Form.TYPE
                            : endpoint.method().equals("PUT") ? "application/octet-stream" : "application/json");
        }
        byte[] body = form
                ? Form.of().field("metadata", METADATA).body()
                : bytes("{\"job_id\":\"%s\",\"valid_seconds\":60}".formatted(UUID.randomUUID()));
        return send(request.method(
                        endpoint.method(),
                        endpoint.method().equals("GET")
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    @Test
    void nobodyGetsInWithoutAGoodTokenOrTheRightRole() throws Exception {
        UUID model = trainedModel(ACME, random(10));
        UUID dataset = registerDataset(ACME, random(10));
        for (Endpoint endpoint : publicEndpoints(dataset, model)) {
            for (String token : List.of(
                    TestIdentity.expired(), TestIdentity.wrongAudience(), TestIdentity.forged(), "mlj_short", "junk")) {
                assertThat(ask(endpoint, token).code()).as("%s", endpoint).isEqualTo("UNAUTHENTICATED");
            }
            Answer anonymous = ask(endpoint, null).expect(401);
            assertThat(anonymous.code()).isEqualTo("UNAUTHENTICATED");
            assertThat(anonymous.header("WWW-Authenticate")).startsWith("Bearer");
            assertThat(ask(endpoint, TestIdentity.nobody()).expect(403).code())
                    .as("%s", endpoint)
                    .isEqualTo("FORBIDDEN");
        }
        for (Endpoint endpoint : internalEndpoints(model)) {
            assertThat(ask(endpoint, null).status()).as("%s", endpoint).isEqualTo(401);
            assertThat(ask(endpoint, ACME).status()).as("%s", endpoint).isEqualTo(403);
            assertThat(ask(endpoint, TestIdentity.acmeOperator()).status())
                    .as("%s", endpoint)
                    .isEqualTo(403);
        }
    }

    @Test
    void anotherCompanysAssetIsTheSame404AsAMissingOne() throws Exception {
        String globex = TestIdentity.globexScientist();
        UUID model = trainedModel(ACME, random(10));
        UUID dataset = registerDataset(ACME, random(10));
        UUID missing = UUID.randomUUID();
        for (Endpoint endpoint : publicEndpoints(dataset, model)) {
            boolean ofOneAsset =
                    endpoint.method().equals("GET") && endpoint.path().indexOf('/', 1) > 0;
            if (ofOneAsset) {
                Answer foreign = ask(endpoint, globex).expect(404);
                String path = endpoint.path().replace(model.toString(), missing.toString());
                Answer absent = ask(new Endpoint("GET", path.replace(dataset.toString(), missing.toString())), globex)
                        .expect(404);
                assertThat(foreign.code()).as("%s", endpoint).isEqualTo(absent.code());
                assertThat(foreign.json().path("title")).isEqualTo(absent.json().path("title"));
            }
        }
        assertThat(get("/dataset", globex).expect(200).body()).asString().doesNotContain(dataset.toString());
        assertThat(get("/model", globex).expect(200).body()).asString().doesNotContain(model.toString());
    }

    @Test
    void anOperatorLooksButDoesNotTakeFiles() throws Exception {
        String operator = TestIdentity.acmeOperator();
        UUID model = trainedModel(ACME, random(10));
        assertThat(get("/model/" + model + "/status", operator).status()).isEqualTo(200);
        assertThat(get("/model", operator).status()).isEqualTo(200);
        assertThat(get("/model/" + model, operator).status()).isEqualTo(403);
    }

    @Test
    void aServiceSeesTheStatusOfAnyModelAndAUsersAssetsOnTheUsersBehalf() throws Exception {
        UUID model = trainedModel(ACME, random(10));
        String service = TestIdentity.service("translation-service");
        assertThat(get("/model/" + model + "/status", service).status()).isEqualTo(200);
        assertThat(get("/model/" + model, service).status()).isEqualTo(403);
        assertThat(send(request("/model/" + model, service)
                                .header("X-On-Behalf-Of", ACME)
                                .build())
                        .status())
                .isEqualTo(200);
        assertThat(send(request("/model/" + model, service)
                                .header("X-On-Behalf-Of", TestIdentity.globexScientist())
                                .build())
                        .status())
                .isEqualTo(404);
    }

    @Test
    void namesTheIdThatIsNoUuid() throws Exception {
        for (String path : List.of("/dataset/seven", "/dataset/seven/status")) {
            Answer answer = get(path, ACME).expect(400);
            assertThat(answer.code()).isEqualTo("MALFORMED_REQUEST");
            assertThat(answer.detail()).isEqualTo("dataset_id: seven (expected: UUID)");
        }
        assertThat(get("/model/seven", ACME).expect(400).detail()).isEqualTo("model_id: seven (expected: UUID)");
        assertThat(get("/metadata/seven", ACME).expect(400).detail()).isEqualTo("asset_id: seven (expected: UUID)");
    }

    @Test
    void refusesAJobWithoutAnIdOrWithAnEndlessCredential() throws Exception {
        UUID model = registerModel(ACME, registerDataset(ACME, random(10)));
        String path = "/internal/model/" + model + "/job-credential";
        String service = TestIdentity.service("training-service");
        assertThat(postJson(path, service, "{\"valid_seconds\":60}").status()).isEqualTo(422);
        assertThat(postJson(path, service, "{\"job_id\":\"%s\",\"valid_seconds\":0}".formatted(model))
                        .status())
                .isEqualTo(422);
        assertThat(postJson(path, service, "{").status()).isEqualTo(400);
    }

    @Test
    void theApiDocumentIsTheCommittedOne() throws Exception {
        String served = new String(get("/openapi.json", null).expect(200).body(), StandardCharsets.UTF_8);
        assertThat(served).contains("multipart/form-data").contains("\"dataset_id\"");
        Documentation.openApiIsCommitted("model-sharing-service", served);
    }
}
