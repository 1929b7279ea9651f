package io.mlaas.blockchain;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.web3j.abi.EventEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The one context shape of this service's tests: real PostgreSQL, a real EVM node, tokens of a fake provider. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
public abstract class RunningService {
    protected static final String MASTER_KEY =
            Base64.getEncoder().encodeToString("thirty-two bytes, only for tests".getBytes(StandardCharsets.US_ASCII));
    /** Between the running service and the real node. */
    protected static final FaultyNode NODE =
            new FaultyNode(() -> TestServers.evmNode().server().url());

    /** Of the running service; a test may put another key on top. */
    protected static final Path MASTER_KEY_FILE = masterKeyFile();

    protected static final String SHA256 = "a1".repeat(32);
    protected static final String MD5 = "adbc812a1f0ab4c881a41fc872cb643e";
    protected static final String RESULT_SHA256 = "b2".repeat(32);
    protected static final String RESULT_MD5 = "f73b9eb23dcf464a1916d8e991dfaff4";
    protected static final String REGISTRY = TestIdentity.service("model-sharing-service");
    private static final String DATASET_REGISTERED =
            EventEncoder.buildEventSignature("DatasetRegistered(bytes16,bytes16,address,bytes32)");
    protected static final JsonMapper JSON = new JsonMapper();

    @LocalServerPort
    private int port;

    @Autowired
    protected JdbcClient jdbc;

    protected RestTestClient http;

    /** An HTTP answer with a JSON body. */
    public record Answer(int status, HttpHeaders headers, JsonNode body) {
        public String text(String field) {
            return body.path(field).asString();
        }
    }

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        TestServers.postgres(registry, "blockchain");
        TestServers.evm(registry);
        registry.add("mlaas.blockchain.rpc-url", NODE::url);
        registry.add("mlaas.blockchain.watch-interval", () -> "300ms");
        registry.add("mlaas.blockchain.displaced-after", () -> "15s");
        TestIdentity.register(registry);
        registry.add("mlaas.blockchain.master-key-file", MASTER_KEY_FILE::toString);
        registry.add("mlaas.seal.interval", () -> "300ms");
        registry.add("mlaas.blockchain.reconcile-interval", () -> "500ms");
        registry.add("mlaas.blockchain.call-timeout", () -> "3s");
    }

    @BeforeEach
    void client() {
        http = RestTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();
    }

    private static Path masterKeyFile() {
        try {
            Path file = Files.createTempFile("mlaas-master-key", ".txt");
            file.toFile().deleteOnExit();
            return Files.writeString(file, MASTER_KEY + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void nodeBehaves() {
        NODE.behave();
    }

    protected Answer verify(String address, UUID requestId, String sha256) {
        return post("/contract/" + address + "/verify", verifyBody(requestId, sha256), REGISTRY);
    }

    protected static String verifyBody(UUID requestId, String sha256) {
        return JSON.writeValueAsString(Map.of("request_id", requestId, "sha256", sha256, "hash", RESULT_MD5));
    }

    protected static String dataset(UUID id, UUID organization, String sha256) {
        return """
                {
                  "kind": "dataset", "asset_id": "%s", "organization_id": "%s", "samples_dimension": "(1,32,32)",
                  "size_bytes": 55426379, "sha256": "%s", "hash": "%s"
                }
                """.formatted(id, organization, sha256, MD5);
    }

    protected static String model(UUID id, UUID datasetId) {
        return """
                {
                  "kind": "model", "asset_id": "%s", "organization_id": "%s", "developer_id": "%s",
                  "dataset_id": "%s", "train_image_hash": "%s", "train_image_sha256": "%s"
                }
                """.formatted(id, TestIdentity.ACME, TestIdentity.ACME_SCIENTIST, datasetId, MD5, SHA256);
    }

    protected Answer post(String path, String body, String token) {
        RestTestClient.RequestBodySpec request = http.post().uri(path).contentType(MediaType.APPLICATION_JSON);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return exchange(request.body(body));
    }

    protected Answer get(String path, String token) {
        RestTestClient.RequestHeadersSpec<?> request = http.get().uri(path);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return exchange(request);
    }

    protected static Answer exchange(RestTestClient.RequestHeadersSpec<?> request) {
        EntityExchangeResult<byte[]> result = request.exchange().expectBody().returnResult();
        byte[] body = result.getResponseBody();
        return new Answer(
                result.getStatus().value(),
                result.getResponseHeaders(),
                body == null || body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body));
    }

    /** How often the chain itself says that each asset was registered as a dataset, straight from the node. */
    protected Map<UUID, Integer> registrationsOnChain() {
        Map<UUID, Integer> counts = new HashMap<>();
        for (JsonNode entry : logs(DATASET_REGISTERED)) {
            String topic = entry.path("topics").path(1).asString().substring(2);
            counts.merge(
                    new UUID(
                            Long.parseUnsignedLong(topic.substring(0, 16), 16),
                            Long.parseUnsignedLong(topic.substring(16, 32), 16)),
                    1,
                    Integer::sum);
        }
        return counts;
    }

    private JsonNode logs(String event) {
        return rpcResult("eth_getLogs", Map.of("fromBlock", "0x0", "toBlock", "latest", "topics", List.of(event)));
    }

    /** Asks the node itself. */
    protected String rpc(String method, Object... parameters) {
        return rpcResult(method, parameters).asString();
    }

    protected JsonNode rpcResult(String method, Object... parameters) {
        byte[] answer = http.post()
                .uri(URI.create(TestServers.evmNode().server().url()))
                .contentType(MediaType.APPLICATION_JSON)
                .body(JSON.writeValueAsString(
                        Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", List.of(parameters))))
                .exchange()
                .expectBody()
                .returnResult()
                .getResponseBody();
        JsonNode body = JSON.readTree(answer);
        assertThat(body.has("error")).as(body.toString()).isFalse();
        return body.path("result");
    }
}
