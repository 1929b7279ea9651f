package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Files that are sent in a form: fast, slow, broken, lied about, and many at once. */
class FileUploadApiTest extends RegistryServer {
    private static final String ACME = TestIdentity.acmeScientist();

    private final UUID company = UUID.randomUUID();
    private final String user = TestIdentity.user(UUID.randomUUID(), "files", company, "DATA_SCIENTIST");

    @Test
    void aSmallFileIsOneObjectAndNothingElse() throws Exception {
        byte[] content = random(700_000);
        registerDataset(user, content);
        assertThat(objects(company, "")).containsExactly("sha256/" + sha256(content));
        assertThat(announced()).isZero();
    }

    private Answer delete(String path, String token) throws Exception {
        return send(request(path, token).DELETE().build());
    }

    private long announced() {
        return jdbc.sql("select count(*) from promoted_object where organization_id = :company")
                .param("company", company)
                .query(Long.class)
                .single();
    }

    @Test
    void aFileOfExactlyOnePartAndItsNeighboursArriveWhole() throws Exception {
        for (int size : new int[] {1, (5 << 20) - 1, 5 << 20, (5 << 20) + 1, 10 << 20, 12_345_678}) {
            byte[] content = random(size);
            UUID id = registerDataset(user, content);
            assertThat(get("/dataset/" + id, user).expect(200).body()).isEqualTo(content);
        }
        assertThat(objects(company, ""))
                .allMatch(name -> name.matches("sha256/[0-9a-f]{64}|files/[0-9]+-[0-9a-f-]{36}"))
                .hasSize(6);
    }

    @Test
    void anEqualLargeFileIsNotStoredTwice() throws Exception {
        byte[] content = random(6_000_000);
        UUID first = registerDataset(user, content);
        UUID second = registerDataset(user, content);
        assertThat(objects(company, "")).hasSize(1);
        delete("/dataset/" + first, user).expect(204);
        await().untilAsserted(() -> assertThat(announced()).isZero());
        assertThat(get("/dataset/" + second, user).expect(200).body()).isEqualTo(content);
        delete("/dataset/" + second, user).expect(204);
        await().untilAsserted(() -> assertThat(objects(company, "")).isEmpty());
    }

    @Test
    void sendingALargeFileAgainMendsTheFirst() throws Exception {
        byte[] content = random(6_000_000);
        UUID changed = registerDataset(user, content);
        flipOneByte(stored(company, content));
        UUID second = registerDataset(user, content);
        assertThat(get("/dataset/" + changed, user).expect(200).body()).isEqualTo(content);
        Files.delete(stored(company, content));
        UUID third = registerDataset(user, content);
        for (UUID dataset : List.of(changed, second, third)) {
            assertThat(get("/dataset/" + dataset, user).expect(200).body()).isEqualTo(content);
            delete("/dataset/" + dataset, user).expect(204);
        }
        await().untilAsserted(() -> assertThat(stored(company, content)).doesNotExist());
    }

    @Test
    void sendingAFileAgainMendsAnObjectThatSomebodyChanged() throws Exception {
        byte[] content = random(5000);
        UUID first = registerDataset(user, content);
        flipOneByte(stored(company, content));
        UUID second = registerDataset(user, content);
        assertThat(get("/dataset/" + second, user).expect(200).body()).isEqualTo(content);
        assertThat(get("/dataset/" + first, user).expect(200).body()).isEqualTo(content);
    }

    @Test
    void takesManySmallFilesAtOnce() throws Exception {
        List<Future<Answer>> sent = new ArrayList<>();
        try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 60; i++) {
                Form form = Form.of()
                        .file("dataset", "a.csv", "text/csv", random(20_000))
                        .field("metadata", METADATA);
                sent.add(senders.submit(() -> post("/dataset", user, form)));
            }
        }
        for (Future<Answer> one : sent) {
            assertThat(one.get().status())
                    .as("anchored, or taken until the chain is faster")
                    .isIn(201, 202);
        }
        assertThat(objects(company, "")).hasSize(60);
    }

    @Test
    void refusesAFileThatIsNotWhatTheRequestSaysItIs() throws Exception {
        byte[] content = random(5000);
        byte[] other = random(5000);
        assertThat(post("/dataset", user, declared(other, content)).expect(422).code())
                .isEqualTo("DECLARED_DIFFERS");
        post("/dataset", user, declared(content, content)).expect(201);
        byte[] body = Form.of()
                .file("dataset", "a.csv", "text/csv", other)
                .field("metadata", METADATA)
                .body();
        assertThat(withDigest(body, other).expect(422).detail()).startsWith("the body: sha256 " + sha256(body));
        withDigest(body, body).expect(201);
        assertThat(withHeader(body, "sha-256=:AAAA:").expect(400).code()).isEqualTo("MALFORMED_UPLOAD");
        withHeader(body, "sha-512=:AAAA:").expect(201);
        Form sized = Form.of()
                .file("dataset", "a.csv", "text/csv", content)
                .field("metadata", "{\"samples_dimension\": \"(1)\", \"size_bytes\": 4999}");
        assertThat(post("/dataset", user, sized).expect(422).detail())
                .isEqualTo("a.csv: 5000 bytes (expected, as declared: 4999)");
        assertThat(objects(company, "")).hasSize(2);
    }

    private static Form declared(byte[] said, byte[] sent) {
        return Form.of()
                .part(
                        "name=\"dataset\"; filename=\"a.csv\"",
                        "Content-Type: text/csv\r\nContent-Digest: " + digest(said) + "\r\n",
                        sent)
                .field("metadata", METADATA);
    }

    static String digest(byte[] content) {
        return "sha-256=:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256(content))) + ":";
    }

    private Answer withDigest(byte[] body, byte[] said) throws Exception {
        return withHeader(body, digest(said));
    }

    private Answer withHeader(byte[] body, String digest) throws Exception {
        return send(request("/dataset", user)
                .header("Content-Type", Form.TYPE)
                .header("Content-Digest", digest)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    @Test
    void refusesTenThousandPartsAndHeadersWithoutEnd() throws Exception {
        Form parts = Form.of();
        for (int i = 0; i < 10_000; i++) {
            parts.field("metadata" + i, "{}");
        }
        assertThat(post("/dataset", user, parts).expect(400).code()).isEqualTo("UNEXPECTED_PART");
        Form headers = Form.of().part("name=\"metadata\"", "X: y\r\n".repeat(50_000), bytes(METADATA));
        assertThat(post("/dataset", user, headers).expect(400).code()).isEqualTo("MALFORMED_UPLOAD");
        Form name = Form.of()
                .file("dataset", "x".repeat(9000), "text/csv", random(10))
                .field("metadata", METADATA);
        assertThat(post("/dataset", user, name).expect(400).code()).isEqualTo("MALFORMED_UPLOAD");
        assertThat(objects(company, "")).isEmpty();
    }

    @Test
    void aFormInsideAFormIsAFileLikeAnyOther() throws Exception {
        byte[] inner = ("--inner\r\nContent-Disposition: form-data; name=\"dataset\"; filename=\"b.csv\"\r\n\r\n"
                        + UUID.randomUUID() + "\r\n--inner--\r\n")
                .getBytes(StandardCharsets.UTF_8);
        UUID id = registerDataset(user, inner);
        assertThat(get("/dataset/" + id, user).expect(200).body()).isEqualTo(inner);
    }

    @Test
    void makesFileNamesHarmless() throws Exception {
        assertThat(nameOf("../../../etc/passwd")).isEqualTo("passwd");
        assertThat(nameOf("..\\..\\boot.ini")).isEqualTo("boot.ini");
        assertThat(nameOf("..")).isEqualTo("dataset");
        assertThat(nameOf("n".repeat(300) + ".csv")).isEqualTo("n".repeat(255));
        assertThat(nameOf("e\u0301 \u202Egpj.\uD83E\uDD16")).isEqualTo("e\u0301 gpj.\uD83E\uDD16");
    }

    private String nameOf(String given) throws Exception {
        UUID id = UUID.fromString(post(
                        "/dataset",
                        user,
                        Form.of().file("dataset", given, "text/csv", random(10)).field("metadata", METADATA))
                .expect(201)
                .json()
                .path("dataset_id")
                .asString());
        return get("/dataset/" + id + "/status", user).json().path("file_name").asString();
    }

    @Test
    void cutsATricklingSenderOffAndKeepsNothing() throws Exception {
        byte[] body = Form.of()
                .field("metadata", METADATA)
                .file("dataset", "slow.bin", "application/octet-stream", random(50_000))
                .body();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = new Socket("127.0.0.1", port);
                var trickle = Executors.newSingleThreadScheduledExecutor()) {
            OutputStream out = socket.getOutputStream();
            out.write(head("POST /dataset", user, body.length));
            out.write(body, 0, 1000);
            out.flush();
            int[] sent = {1000};
            trickle.scheduleAtFixedRate(
                    () -> {
                        try {
                            out.write(body, sent[0]++, 1);
                            out.flush();
                        } catch (IOException e) {
                            trickle.shutdown();
                        }
                    },
                    0,
                    100,
                    TimeUnit.MILLISECONDS);
            socket.setSoTimeout(15_000);
            byte[] some = new byte[4096];
            int read = socket.getInputStream().read(some);
            answer.write(some, 0, read);
            trickle.shutdownNow();
        }
        assertThat(answer.toString(StandardCharsets.UTF_8))
                .startsWith("HTTP/1.1 408")
                .contains("UPLOAD_TOO_SLOW");
        assertThat(objects(company, "")).isEmpty();
    }

    private static byte[] head(String what, String token, long length) {
        return ("""
                %s HTTP/1.1\r
                Host: 127.0.0.1\r
                Authorization: Bearer %s\r
                Content-Type: %s\r
                Content-Length: %d\r
                \r
                """.formatted(what, token, Form.TYPE, length)).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void aBodyShorterThanItsContentLengthLeavesNothing() throws Exception {
        byte[] body = Form.of()
                .field("metadata", METADATA)
                .file("dataset", "short.bin", "application/octet-stream", random(50_000))
                .body();
        try (Socket socket = new Socket("127.0.0.1", port);
                OutputStream out = socket.getOutputStream()) {
            out.write(head("POST /dataset", user, body.length + 100));
            out.write(body, 0, body.length * 9 / 10);
            out.flush();
        }
        registerDataset(user, random(10));
        await().during(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(objects(company, "")).hasSize(1));
        assertThat(Files.exists(stored(company, body))).isFalse();
    }
}
