package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service on real PostgreSQL, Kafka and S3; its tests share one context. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "mlaas.seal.interval=300ms",
            "server.tomcat.connection-timeout=3s",
            "server.tomcat.keep-alive-timeout=60s",
            "mlaas.sharing.anchoring.patience=3s",
            "mlaas.sharing.anchoring.retry-first=100ms",
            "mlaas.sharing.anchoring.retry-most=300ms",
            "mlaas.sharing.provenance.retry-first=100ms",
            "mlaas.sharing.provenance.retry-most=300ms",
            "mlaas.sharing.artifact.part-size=5MB",
            "mlaas.sharing.artifact.verify-first-up-to=1MB",
            "mlaas.sharing.artifact.max-size=40MB",
            "mlaas.sharing.artifact.slowest-window=1s",
            "mlaas.sharing.registry.max-definition=1MB",
            "mlaas.sharing.scrub.interval=0",
            "mlaas.sharing.scrub.poll=100ms",
            "mlaas.sharing.scrub.rate=500MB",
            "mlaas.sharing.scrub.retry-after=20ms",
            "mlaas.sharing.scrub.retries=1",
            "mlaas.sharing.webhook.allowed-networks=127.0.0.0/8",
            "mlaas.sharing.webhook.allow-http=true",
            "mlaas.sharing.webhook.most=5",
            "mlaas.sharing.webhook.timeout=2s",
            "mlaas.sharing.webhook.lease=3s",
            "mlaas.sharing.webhook.retry-first=100ms",
            "mlaas.sharing.webhook.retry-most=300ms"
        })
@Import(RegistryServer.Fakes.class)
public abstract class RegistryServer {
    protected static final JsonMapper JSON = JsonMapper.shared();
    protected static final String METADATA = "{\"samples_dimension\": \"(1,32,32)\"}";

    /** Of the running service; a test may put another key on top. */
    protected static final Path MASTER_KEY_FILE = masterKeyFile();

    @TestConfiguration(proxyBeanMethods = false)
    public static class Fakes {
        @Bean
        @Primary
        FakeBlockchain fakeBlockchain() {
            return new FakeBlockchain();
        }

        @Bean
        @Primary
        FakeNotary fakeNotary() {
            return new FakeNotary();
        }

        @Bean
        @Primary
        FakeTraining fakeTraining() {
            return new FakeTraining();
        }
    }

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        TestIdentity.register(registry);
        registry.add("mlaas.sharing.master-key-file", MASTER_KEY_FILE::toString);
        TestServers.postgres(registry, "sharing");
        TestServers.kafka(registry);
        TestServers.s3(registry);
    }

    private static Path masterKeyFile() {
        try {
            Path file = Files.createTempFile("mlaas-master-key", ".txt");
            file.toFile().deleteOnExit();
            return Files.writeString(file, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @LocalServerPort
    protected int port;

    @Autowired
    protected FakeBlockchain chain;

    @Autowired
    protected FakeNotary notary;

    @Autowired
    protected JdbcClient jdbc;

    protected final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    protected void chainIsFine() {
        chain.down(false);
        chain.refusing(false);
        chain.loseAnswers(0);
        notary.down(false);
        notary.loseAnswers(0);
        notary.refuse(payload -> false, HttpHeaders.EMPTY);
    }

    /** An answer; {@code json} of a body that is none is empty. */
    public record Answer(int status, HttpResponse<byte[]> response) {
        public JsonNode json() {
            String type = header("Content-Type");
            return type.contains("json") ? JSON.readTree(response.body()) : JSON.createObjectNode();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public String code() {
            return json().path("code").asString("");
        }

        public String detail() {
            return json().path("detail").asString("");
        }

        public byte[] body() {
            return response.body();
        }

        public Answer expect(int expected) {
            assertThat(status)
                    .as(() -> new String(body(), StandardCharsets.UTF_8))
                    .isEqualTo(expected);
            return this;
        }
    }

    protected HttpRequest.Builder request(String path, @Nullable String token) {
        return request(port, path, token);
    }

    protected HttpRequest.Builder request(int at, String path, @Nullable String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at + path));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    protected Answer send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), response);
    }

    protected Answer get(String path, @Nullable String token) throws IOException, InterruptedException {
        return send(request(path, token).GET().build());
    }

    protected Answer post(String path, @Nullable String token, Form form) throws IOException, InterruptedException {
        return send(request(path, token)
                .header("Content-Type", Form.TYPE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(form.body()))
                .build());
    }

    protected Answer postJson(String path, @Nullable String token, String json)
            throws IOException, InterruptedException {
        return send(request(path, token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    protected Answer put(String path, @Nullable String token, byte[] artifact)
            throws IOException, InterruptedException {
        return send(request(path, token)
                .header("Content-Type", "application/octet-stream")
                .header("Content-Disposition", "attachment; filename=\"model.pt\"")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(artifact))
                .build());
    }

    protected UUID registerDataset(String token, byte[] content) throws IOException, InterruptedException {
        Answer answer = post(
                        "/dataset",
                        token,
                        Form.of()
                                .file("dataset", "data.bin", "text/csv", content)
                                .field("metadata", METADATA))
                .expect(201);
        return UUID.fromString(answer.json().path("dataset_id").asString());
    }

    protected UUID registerModel(String token, UUID dataset) throws IOException, InterruptedException {
        Answer answer = post(
                        "/model",
                        token,
                        Form.of()
                                .field("metadata", "{\"data_params\":{\"dataset_id\":\"%s\"}}".formatted(dataset))
                                .file("model", "network.json", "application/json", bytes("{\"layers\":[]}")))
                .expect(201);
        return UUID.fromString(answer.json().path("model_id").asString());
    }

    protected String jobCredential(UUID model, UUID job) throws IOException, InterruptedException {
        return postJson(
                        "/internal/model/" + model + "/job-credential",
                        TestIdentity.service("training-service"),
                        "{\"job_id\":\"%s\",\"valid_seconds\":600}".formatted(job))
                .expect(200)
                .json()
                .path("token")
                .asString();
    }

    protected UUID trainedModel(String token, byte[] artifact) throws IOException, InterruptedException {
        UUID model = registerModel(token, registerDataset(token, bytes("data of " + UUID.randomUUID())));
        put("/model/" + model, jobCredential(model, UUID.randomUUID()), artifact)
                .expect(200);
        return model;
    }

    /** Payloads of the events about an asset, oldest first. */
    protected List<JsonNode> events(UUID asset, String type) {
        return jdbc
                .sql("select payload from outbox_event where key = :key order by sequence")
                .param("key", asset.toString())
                .query(String.class)
                .list()
                .stream()
                .map(JSON::readTree)
                .filter(event -> event.path("type").asString().equals(type))
                .map(event -> event.path("data"))
                .toList();
    }

    /** Where a company's object with this content is on the store's disk. */
    protected Path stored(UUID organization, byte[] content) {
        String key = jdbc.sql("""
                        select object_key from artifact where organization_id = :organization and sha256 = :sha256
                        order by created_at desc limit 1
                        """)
                .param("organization", organization)
                .param("sha256", sha256(content))
                .query(String.class)
                .optional()
                .orElse("sha256/" + sha256(content));
        return TestServers.s3Files().resolve(organization + "/" + key);
    }

    protected void flipOneByte(Path object) throws IOException {
        byte[] bytes = Files.readAllBytes(object);
        bytes[bytes.length / 2] ^= 1;
        Files.write(object, bytes);
    }

    protected List<String> objects(UUID organization, String prefix) {
        Path bucket = TestServers.s3Files().resolve(organization.toString());
        if (!Files.exists(bucket)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(bucket)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> bucket.relativize(file).toString())
                    .filter(name -> name.startsWith(prefix))
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Bytes that do not repeat from test to test. */
    public static byte[] random(int size) {
        byte[] content = new byte[size];
        new java.util.Random(UUID.randomUUID().getMostSignificantBits()).nextBytes(content);
        return content;
    }
}
