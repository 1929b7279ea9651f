package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DatasetApiTest extends RegistryServer {
    private static final String ACME = TestIdentity.acmeScientist();

    @Test
    void registersADatasetAsTheFirstReportDoes() throws Exception {
        byte[] content = random(100_000);
        Answer answer = post(
                        "/dataset",
                        ACME,
                        Form.of()
                                .file("dataset", "mnist-original.mat", "application/x-matlab-data", content)
                                .field("metadata", """
                                        {
                                                "organization_id": "5d066d58-06de-47ab-a2f6-c8f413e21947",
                                                "samples_dimension": "(1,32,32)"
                                        }"""))
                .expect(201);
        assertThat(answer.json().propertyNames()).containsExactly("dataset_id");
        String id = answer.json().path("dataset_id").asString();
        assertThat(answer.header("Location")).isEqualTo("/dataset/" + id);

        Answer download = get("/dataset/" + id, ACME).expect(200);
        assertThat(download.body()).isEqualTo(content);
        assertThat(download.header("Content-Type")).isEqualTo("application/x-matlab-data");
        assertThat(download.header("Content-Disposition")).isEqualTo("attachment; filename=\"mnist-original.mat\"");
        assertThat(download.header("ETag")).isEqualTo("\"sha256:" + sha256(content) + '"');
        assertThat(download.header("Repr-Digest"))
                .isEqualTo("sha-256=:"
                        + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256(content))) + ":");

        Answer head = send(request("/dataset/" + id, ACME).HEAD().build()).expect(200);
        assertThat(head.header("Content-Length")).isEqualTo("100000");
        assertThat(head.header("ETag")).isEqualTo(download.header("ETag"));

        JsonNode onChain = get("/dataset/" + id + "/metadata", ACME).expect(200).json();
        assertThat(onChain.path("organization_id").asString()).isEqualTo(TestIdentity.ACME.toString());
        assertThat(onChain.path("samples_dimension").asString()).isEqualTo("(1,32,32)");
        assertThat(onChain.path("size_bytes").asLong()).isEqualTo(100_000);
        assertThat(onChain.path("hash").asString()).hasSize(32);
        assertThat(onChain.path("sha256").asString()).isEqualTo(sha256(content));
        assertThat(get("/metadata/" + id, ACME).expect(200).json()).isEqualTo(onChain);

        JsonNode status = get("/dataset/" + id + "/status", ACME).expect(200).json();
        assertThat(status.path("status").asString()).isEqualTo("REGISTERED");
        assertThat(status.path("contract_address").asString()).startsWith("0x");
        assertThat(get("/dataset?limit=1", ACME)
                        .expect(200)
                        .json()
                        .path("items")
                        .get(0))
                .isEqualTo(status);
        assertThat(events(UUID.fromString(id), RegistryEvents.DATASET_REGISTERED))
                .singleElement()
                .satisfies(e -> assertThat(e.path("sha256").asString()).isEqualTo(sha256(content)));
    }

    @Test
    void registersADatasetAsTheSecondReportDoes() throws Exception {
        // The shell takes the doubled quotes of the printed command away.
        String id = post(
                        "/dataset/",
                        ACME,
                        Form.of()
                                .file("model", "model", "application/octet-stream", random(1000))
                                .field("metadata", "{ sample_dimension: (500,500), sample_num : 606}}"))
                .expect(201)
                .json()
                .path("dataset_id")
                .asString();
        JsonNode status = get("/dataset/" + id + "/status", ACME).json();
        assertThat(status.path("samples_dimension").asString()).isEqualTo("(500,500)");
        assertThat(status.path("sample_num").asLong()).isEqualTo(606);
        assertThat(status.path("organization_id").asString()).isEqualTo(TestIdentity.ACME.toString());
    }

    @Test
    void takesThePartsInAnyOrderAndKeepsWhatElseTheMetadataSays() throws Exception {
        String id = post(
                        "/dataset",
                        ACME,
                        Form.of()
                                .field("metadata", """
                                        {"sample_dimension": [1, 8, 8], "licence": {"name": "CC BY 4.0"},}""")
                                .file("dataset", "größe ✓.csv", "text/csv; charset=utf-8", random(10)))
                .expect(201)
                .json()
                .path("dataset_id")
                .asString();
        JsonNode status = get("/dataset/" + id + "/status", ACME).json();
        assertThat(status.path("samples_dimension").asString()).isEqualTo("(1,8,8)");
        assertThat(status.path("metadata").path("licence").path("name").asString())
                .isEqualTo("CC BY 4.0");
        assertThat(get("/dataset/" + id, ACME).header("Content-Disposition"))
                .isEqualTo("attachment; filename=\"gr__e _.csv\"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%E2%9C%93.csv");
    }

    @Test
    void streamsALargeFileBothWays() throws Exception {
        byte[] content = random(12_345_678);
        UUID id = registerDataset(ACME, content);
        Answer download = get("/dataset/" + id, ACME).expect(200);
        assertThat(download.body()).isEqualTo(content);
        assertThat(download.header("Content-Length")).isEqualTo("12345678");
        assertThat(objects(TestIdentity.ACME, "staging")).isEmpty();
    }

    @Test
    void refusesWhatIsWrongAndKeepsNothingOfIt() throws Exception {
        byte[] content = random(500);
        Form file = Form.of().file("dataset", "a.csv", "text/csv", content);
        long rows = rows();
        refused(
                400,
                "MALFORMED_METADATA",
                Form.of().file("dataset", "a.csv", "text/csv", content).field("metadata", "{\"a\": "));
        refused(
                400,
                "MALFORMED_METADATA",
                Form.of().field("metadata", "[]").file("dataset", "a.csv", "text/csv", content));
        refused(400, "MISSING_PART", file);
        refused(400, "MISSING_PART", Form.of().field("metadata", METADATA));
        refused(400, "MISSING_PART", Form.of().field("metadata", METADATA).field("dataset", "a.csv"));
        refused(400, "UNEXPECTED_PART", Form.of().field("metadata", METADATA).field("meta", "x"));
        refused(400, "UNEXPECTED_PART", Form.of().field("metadata", METADATA).field("metadata", METADATA));
        refused(
                422,
                "EMPTY_FILE",
                Form.of().file("dataset", "a.csv", "text/csv", new byte[0]).field("metadata", METADATA));
        refused(
                413,
                "PART_TOO_LARGE",
                Form.of().file("dataset", "a.csv", "text/csv", content).field("metadata", " ".repeat(70_000)));
        refused(
                422,
                "INVALID_METADATA",
                Form.of().file("dataset", "a.csv", "text/csv", content).field("metadata", "{\"sample_num\": 3}"));
        refused(
                422,
                "INVALID_METADATA",
                Form.of()
                        .file("dataset", "a.csv", "text/csv", content)
                        .field("metadata", "{\"samples_dimension\": \"(1)\", \"sample_num\": -1}"));
        refused(
                422,
                "INVALID_METADATA",
                Form.of()
                        .file("dataset", "a.csv", "text/csv", content)
                        .field("metadata", "{\"samples_dimension\": \"(1)\", \"organization_id\": \"acme\"}"));
        refused(
                403,
                "FOREIGN_ORGANIZATION",
                Form.of()
                        .file("dataset", "a.csv", "text/csv", content)
                        .field(
                                "metadata",
                                "{\"samples_dimension\": \"(1)\", \"organization_id\": \"%s\"}"
                                        .formatted(TestIdentity.GLOBEX)));
        refused(413, "FILE_TOO_LARGE", Form.of().file("dataset", "a.csv", "text/csv", new byte[42 << 20]));
        assertThat(postJson("/dataset", ACME, "{}").status()).isEqualTo(415);
        assertThat(send(request("/dataset", ACME)
                                .header("Content-Type", "multipart/form-data")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(file.body()))
                                .build())
                        .code())
                .isEqualTo("MALFORMED_UPLOAD");
        assertThat(rows()).isEqualTo(rows);
        assertThat(Files.exists(stored(TestIdentity.ACME, content))).isFalse();
        assertThat(objects(TestIdentity.ACME, "staging")).isEmpty();
    }

    private void refused(int status, String code, Form form) throws Exception {
        Answer answer = post("/dataset", ACME, form).expect(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.detail()).isNotBlank();
    }

    private long rows() {
        return jdbc.sql("select (select count(*) from dataset) + (select count(*) from artifact)")
                .query(Long.class)
                .single();
    }

    @Test
    void keepsNothingOfAClientThatVanishes() throws Exception {
        long rows = rows();
        byte[] body = Form.of()
                .field("metadata", METADATA)
                .file("dataset", "big.bin", "application/octet-stream", random(14_000_000))
                .body();
        try (Socket socket = new Socket("127.0.0.1", port);
                OutputStream out = socket.getOutputStream()) {
            out.write(("""
                    POST /dataset HTTP/1.1\r
                    Host: 127.0.0.1\r
                    Authorization: Bearer %s\r
                    Content-Type: %s\r
                    Content-Length: %d\r
                    \r
                    """.formatted(ACME, Form.TYPE, body.length)).getBytes(StandardCharsets.US_ASCII));
            out.write(body, 0, body.length * 9 / 10);
            out.flush();
            await().until(() -> !uploading().isEmpty());
        }
        await().untilAsserted(() -> assertThat(uploading()).isEmpty());
        assertThat(rows()).isEqualTo(rows);
    }

    // The first parts of an upload are in the bucket before its end arrives.
    private List<String> uploading() {
        return objects(TestIdentity.ACME, "").stream()
                .filter(name -> !name.startsWith("sha256/") && !name.startsWith("files/"))
                .toList();
    }

    @Test
    void refusesASmallFileWithOneFlippedByte() throws Exception {
        byte[] content = random(50_000);
        UUID id = registerDataset(ACME, content);
        flipOneByte(stored(TestIdentity.ACME, content));
        Answer refused = get("/dataset/" + id, ACME).expect(409);
        assertThat(refused.code()).isEqualTo("ASSET_QUARANTINED");
        assertThat(refused.header("Content-Disposition")).isEmpty();
        quarantined(id, content);
    }

    @Test
    void neverDeliversTheWholeOfALargeFileWithOneFlippedByte() throws Exception {
        byte[] content = random(3_000_000);
        UUID id = registerDataset(ACME, content);
        flipOneByte(stored(TestIdentity.ACME, content));
        assertThatThrownBy(() -> get("/dataset/" + id, ACME)).isInstanceOf(IOException.class);
        await().untilAsserted(() -> quarantined(id, content));
    }

    private void quarantined(UUID id, byte[] content) throws Exception {
        assertThat(get("/dataset/" + id, ACME).expect(409).code()).isEqualTo("ASSET_QUARANTINED");
        assertThat(get("/dataset/" + id + "/status", ACME).json().path("status").asString())
                .isEqualTo("QUARANTINED");
        assertThat(events(id, RegistryEvents.ASSET_QUARANTINED)).singleElement().satisfies(event -> {
            assertThat(event.path("expected").asString()).isEqualTo(sha256(content));
            assertThat(event.path("found").asString()).hasSize(64).isNotEqualTo(sha256(content));
        });
        assertThat(new String(get("/actuator/prometheus", null).body(), StandardCharsets.UTF_8))
                .contains("mlaas_integrity_failures_total{kind=\"dataset\"}");
        Form model = Form.of().field("metadata", "{\"data_params\":{\"dataset_id\":\"%s\"}}".formatted(id));
        assertThat(post("/model", ACME, model).expect(409).code()).isEqualTo("DATASET_NOT_USABLE");
    }

    @Test
    void refusesATruncatedALongerAndAMissingObject() throws Exception {
        byte[] truncated = random(2_000_000);
        UUID truncatedId = registerDataset(ACME, truncated);
        Files.write(stored(TestIdentity.ACME, truncated), Arrays.copyOf(truncated, 1_999_999));
        assertThatThrownBy(() -> get("/dataset/" + truncatedId, ACME)).isInstanceOf(IOException.class);

        byte[] longer = random(2_000_000);
        UUID longerId = registerDataset(ACME, longer);
        Files.write(stored(TestIdentity.ACME, longer), Arrays.copyOf(longer, 2_100_000));
        assertThatThrownBy(() -> get("/dataset/" + longerId, ACME)).isInstanceOf(IOException.class);

        byte[] missing = random(2_000_000);
        UUID missingId = registerDataset(ACME, missing);
        Files.delete(stored(TestIdentity.ACME, missing));
        assertThat(get("/dataset/" + missingId, ACME).expect(409).code()).isEqualTo("ASSET_QUARANTINED");
        assertThat(events(missingId, RegistryEvents.ASSET_QUARANTINED)
                        .getFirst()
                        .path("found")
                        .isNull())
                .isTrue();
    }

    @Test
    void refusesADigestThatWasEditedInTheDatabase() throws Exception {
        byte[] planted = random(1000);
        registerDataset(ACME, planted);
        UUID id = registerDataset(ACME, random(1000));
        jdbc.sql("""
                update artifact set sha256 = :planted where id = (select artifact_id from dataset where id = :id)
                """).param("planted", sha256(planted)).param("id", id).update();
        assertThat(get("/dataset/" + id, ACME).expect(409).code()).isEqualTo("ASSET_QUARANTINED");
    }

    @Test
    void refusesAContractOfAnotherAsset() throws Exception {
        UUID one = registerDataset(ACME, random(1000));
        UUID other = registerDataset(ACME, random(1000));
        jdbc.sql("""
                update dataset set contract_address = (select contract_address from dataset where id = :other)
                where id = :one
                """).param("one", one).param("other", other).update();
        assertThat(get("/dataset/" + one + "/metadata", ACME).expect(502).code())
                .isEqualTo("NOT_ON_CHAIN");
        assertThat(get("/dataset/" + one, ACME).expect(409).code()).isEqualTo("ASSET_QUARANTINED");
    }

    @Test
    void servesNothingThatTheChainDoesNotConfirm() throws Exception {
        UUID id = registerDataset(ACME, random(1000));
        chain.down(true);
        Answer answer = get("/dataset/" + id, ACME).expect(503);
        assertThat(answer.code()).isEqualTo("CHAIN_UNREACHABLE");
        assertThat(answer.header("Retry-After")).isEqualTo("5");
        assertThat(get("/dataset/" + id + "/metadata", ACME).status()).isEqualTo(503);
    }

    @Test
    void aRegistrationWaitsForTheChainAndIsAnchoredOnce() throws Exception {
        int before = chain.deployments();
        chain.down(true);
        Answer answer = post(
                        "/dataset",
                        ACME,
                        Form.of()
                                .file("dataset", "a.csv", "text/csv", random(10))
                                .field("metadata", METADATA))
                .expect(202);
        String id = answer.json().path("dataset_id").asString();
        assertThat(answer.header("Location")).isEqualTo("/dataset/" + id + "/status");
        assertThat(get("/dataset/" + id + "/status", ACME).json().path("status").asString())
                .isEqualTo("PENDING");
        assertThat(get("/dataset/" + id, ACME).expect(409).code()).isEqualTo("NOT_ANCHORED_YET");
        Form model = Form.of().field("metadata", "{\"data_params\":{\"dataset_id\":\"%s\"}}".formatted(id));
        assertThat(post("/model", ACME, model).expect(409).header("Retry-After"))
                .isNotEmpty();
        chain.loseAnswers(2);
        chain.down(false);
        await().untilAsserted(() -> assertThat(get("/dataset/" + id + "/status", ACME)
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("REGISTERED"));
        assertThat(chain.deployments()).isEqualTo(before + 1);
        assertThat(events(UUID.fromString(id), RegistryEvents.DATASET_REGISTERED))
                .hasSize(1);
    }

    @Test
    void saysSoWhenTheChainRefuses() throws Exception {
        chain.refusing(true);
        Form form = Form.of().file("dataset", "a.csv", "text/csv", random(10)).field("metadata", METADATA);
        assertThat(post("/dataset", ACME, form).expect(502).code()).isEqualTo("REGISTRATION_REFUSED");
    }

    @Test
    void listsNewestFirstInPages() throws Exception {
        String user = TestIdentity.user(UUID.randomUUID(), "pages", UUID.randomUUID(), "DATA_SCIENTIST");
        UUID first = registerDataset(user, random(10));
        UUID second = registerDataset(user, random(10));
        UUID third = registerDataset(user, random(10));
        JsonNode page =
                get("/dataset?limit=2&status=registered", user).expect(200).json();
        assertThat(ids(page)).containsExactly(third.toString(), second.toString());
        JsonNode rest = get(
                        "/dataset/?limit=2&status=REGISTERED&cursor="
                                + page.path("next_cursor").asString(),
                        user)
                .expect(200)
                .json();
        assertThat(ids(rest)).containsExactly(first.toString());
        assertThat(rest.has("next_cursor")).isFalse();
        assertThat(ids(get("/dataset?status=PENDING", user).json())).isEmpty();
        assertThat(get("/dataset?limit=201", user).expect(422).detail()).isEqualTo("limit: 201 (expected: 1 to 200)");
        assertThat(get("/dataset?status=NEW", user).status()).isEqualTo(422);
        assertThat(get("/dataset?cursor=x", user).status()).isEqualTo(400);
    }

    private static List<String> ids(JsonNode page) {
        return page.path("items")
                .valueStream()
                .map(item -> item.path("dataset_id").asString())
                .toList();
    }
}
