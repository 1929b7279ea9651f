package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The tus protocol: core, creation, creation-with-upload, termination, checksum, expiration. */
class ResumableUploadApiTest extends RegistryServer {
    private static final String PIECE = "application/offset+octet-stream";
    private static final String OTHER = TestIdentity.globexScientist();

    private final UUID company = UUID.randomUUID();
    private final String user = TestIdentity.user(UUID.randomUUID(), "tus", company, "DATA_SCIENTIST");

    private HttpRequest.Builder tus(String path, String token) {
        return request(path, token).header("Tus-Resumable", "1.0.0");
    }

    private String create(long length) throws Exception {
        Answer answer = send(tus("/uploads", user)
                        .header("Upload-Length", Long.toString(length))
                        .header(
                                "Upload-Metadata",
                                "filename " + base64("zähler.csv") + ",filetype " + base64("text/csv"))
                        .POST(BodyPublishers.noBody())
                        .build())
                .expect(201);
        assertThat(answer.header("Tus-Resumable")).isEqualTo("1.0.0");
        assertThat(answer.header("Upload-Expires")).endsWith("GMT");
        assertThat(answer.header("Location")).startsWith("/uploads/");
        return answer.header("Location");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(bytes(text));
    }

    private Answer patch(String upload, long offset, byte[] piece, String... headers) throws Exception {
        HttpRequest.Builder request = tus(upload, user)
                .header("Content-Type", PIECE)
                .header("Upload-Offset", Long.toString(offset))
                .method("PATCH", BodyPublishers.ofByteArray(piece));
        return send(
                headers.length == 0 ? request.build() : request.headers(headers).build());
    }

    private Answer head(String upload, String token) throws Exception {
        return send(tus(upload, token).HEAD().build());
    }

    private String offset(String upload) throws Exception {
        return head(upload, user).expect(200).header("Upload-Offset");
    }

    private Answer register(String upload, String token) throws Exception {
        return post(
                "/dataset",
                token,
                Form.of().field("metadata", METADATA).field("upload_id", upload.substring("/uploads/".length())));
    }

    @Test
    void saysWhatItSpeaks() throws Exception {
        Answer answer = send(request("/uploads", user)
                        .method("OPTIONS", BodyPublishers.noBody())
                        .build())
                .expect(204);
        assertThat(answer.header("Tus-Version")).isEqualTo("1.0.0");
        assertThat(answer.header("Tus-Extension"))
                .isEqualTo("creation,creation-with-upload,termination,checksum,expiration");
        assertThat(answer.header("Tus-Max-Size")).isEqualTo(Integer.toString(40 << 20));
        assertThat(answer.header("Tus-Checksum-Algorithm")).isEqualTo("sha1,sha256,md5");
    }

    @Test
    void aFileInPiecesOfAllSizesBecomesADataset() throws Exception {
        byte[] content = random(17_345_678);
        String upload = create(content.length);
        assertThat(offset(upload)).isEqualTo("0");
        int at = 0;
        for (int size : new int[] {1, 4_999_999, 242_880, 5_242_880, 3, 100, 6_000_000, 859_815}) {
            Answer answer = patch(upload, at, Arrays.copyOfRange(content, at, at + size))
                    .expect(204);
            at += size;
            assertThat(answer.header("Upload-Offset")).isEqualTo(Integer.toString(at));
            Answer head = head(upload, user).expect(200);
            assertThat(head.header("Upload-Offset")).isEqualTo(Integer.toString(at));
            assertThat(head.header("Upload-Length")).isEqualTo("17345678");
            assertThat(head.header("Cache-Control")).isEqualTo("no-store");
            assertThat(head.header("Upload-Metadata")).startsWith("filename ");
        }
        assertThat(at).isEqualTo(content.length);
        String id = register(upload, user).expect(201).json().path("dataset_id").asString();
        Answer download = get("/dataset/" + id, user).expect(200);
        assertThat(download.body()).isEqualTo(content);
        assertThat(download.header("Content-Type")).isEqualTo("text/csv");
        assertThat(download.header("Content-Disposition")).contains("z%C3%A4hler.csv");
        assertThat(get("/dataset/" + id + "/metadata", user).json().path("hash").asString())
                .isEqualTo(md5(content));
        assertThat(objects(company, "")).containsExactly(upload.substring(1) + "/object");
        head(upload, user).expect(404);
        assertThat(register(upload, user).expect(404).code()).isEqualTo("UNKNOWN_UPLOAD");
    }

    @Test
    void aFileInPiecesBecomesAnImportedModel() throws Exception {
        byte[] content = random(6_000_000);
        String upload = create(content.length);
        patch(upload, 0, Arrays.copyOf(content, 5_500_000)).expect(204);
        patch(upload, 5_500_000, Arrays.copyOfRange(content, 5_500_000, content.length))
                .expect(204);
        Form form = Form.of()
                .field("upload_id", upload.substring("/uploads/".length()))
                .field("metadata", "{}");
        String id =
                post("/model", user, form).expect(201).json().path("model_id").asString();
        assertThat(get("/model/" + id + "/status", user).json().path("origin").asString())
                .isEqualTo("imported");
        assertThat(get("/model/" + id, user).expect(200).body()).isEqualTo(content);
        head(upload, user).expect(404);
    }

    private static String md5(byte[] content) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(MessageDigest.getInstance("MD5").digest(content));
    }

    @Test
    void aSmallFileArrivesWithItsCreation() throws Exception {
        byte[] content = random(1000);
        Answer created = send(tus("/uploads", user)
                        .header("Upload-Length", "1000")
                        .header("Content-Type", PIECE)
                        .POST(BodyPublishers.ofByteArray(content))
                        .build())
                .expect(201);
        assertThat(created.header("Upload-Offset")).isEqualTo("1000");
        String id = register(created.header("Location"), user)
                .expect(201)
                .json()
                .path("dataset_id")
                .asString();
        assertThat(get("/dataset/" + id, user).expect(200).body()).isEqualTo(content);
        assertThat(objects(company, "")).containsExactly("sha256/" + sha256(content));
    }

    @Test
    void aWrongFormLeavesTheUploadAsItIs() throws Exception {
        byte[] content = random(6_000_000);
        String upload = create(content.length);
        assertThat(register(upload, user).expect(409).code()).isEqualTo("UPLOAD_INCOMPLETE");
        patch(upload, 0, content).expect(204);
        String id = upload.substring("/uploads/".length());
        assertThat(post("/dataset", user, Form.of().field("upload_id", id))
                        .expect(400)
                        .code())
                .isEqualTo("MISSING_PART");
        Form wrong = Form.of()
                .field("upload_id", id)
                .field("metadata", "{\"samples_dimension\": \"(1)\", \"size_bytes\": 7}");
        assertThat(post("/dataset", user, wrong).expect(422).code()).isEqualTo("DECLARED_DIFFERS");
        Form both = Form.of()
                .field("upload_id", id)
                .field("metadata", METADATA)
                .file("dataset", "a.csv", "text/csv", random(10));
        assertThat(post("/dataset", user, both).expect(400).code()).isEqualTo("UNEXPECTED_PART");
        Form noId = Form.of().field("upload_id", "x").field("metadata", METADATA);
        assertThat(post("/dataset", user, noId).expect(404).code()).isEqualTo("UNKNOWN_UPLOAD");
        register(upload, user).expect(201);
    }

    @Test
    void aPieceThatBreaksOffIsKeptToItsLastByte() throws Exception {
        byte[] content = random(8_000_000);
        String upload = create(content.length);
        try (Socket socket = new Socket("127.0.0.1", port);
                OutputStream out = socket.getOutputStream()) {
            begin(out, upload, content.length);
            out.write(content, 0, 7_200_000);
            out.flush();
        }
        await().untilAsserted(() -> assertThat(offset(upload)).isEqualTo("7200000"));
        patch(upload, 7_200_000, Arrays.copyOfRange(content, 7_200_000, content.length))
                .expect(204);
        String id = register(upload, user).expect(201).json().path("dataset_id").asString();
        assertThat(get("/dataset/" + id, user).expect(200).body()).isEqualTo(content);
    }

    private void begin(OutputStream out, String upload, int length) throws IOException {
        out.write(("""
                PATCH %s HTTP/1.1\r
                Host: 127.0.0.1\r
                Authorization: Bearer %s\r
                Tus-Resumable: 1.0.0\r
                Content-Type: %s\r
                Upload-Offset: 0\r
                Content-Length: %d\r
                \r
                """.formatted(upload, user, PIECE, length)).getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void onlyOneRequestWritesAtATime() throws Exception {
        byte[] content = random(6_000_000);
        String upload = create(content.length);
        try (Socket socket = new Socket("127.0.0.1", port);
                OutputStream out = socket.getOutputStream()) {
            begin(out, upload, content.length);
            out.write(content, 0, 5_300_000);
            out.flush();
            await().untilAsserted(() -> assertThat(offset(upload)).isEqualTo(Integer.toString(5 << 20)));
            Answer refused = patch(upload, 5 << 20, random(1)).expect(423);
            assertThat(refused.code()).isEqualTo("UPLOAD_LOCKED");
            assertThat(refused.header("Retry-After")).isEqualTo("2");
            assertThat(send(tus(upload, user).DELETE().build()).expect(423).code())
                    .isEqualTo("UPLOAD_LOCKED");
            out.write(content, 5_300_000, content.length - 5_300_000);
            out.flush();
            await().untilAsserted(() -> assertThat(offset(upload)).isEqualTo("6000000"));
        }
        register(upload, user).expect(201);
    }

    @Test
    void theLockOfAKilledProcessEnds() throws Exception {
        String upload = create(10);
        lockedUntil(upload, "now() + interval '1 minute'");
        patch(upload, 0, random(5)).expect(423);
        lockedUntil(upload, "now() - interval '1 second'");
        patch(upload, 0, random(5)).expect(204);
    }

    private void lockedUntil(String upload, String time) {
        jdbc.sql("update resumable_upload set locked_by = gen_random_uuid(), locked_until = " + time
                        + " where id = :id")
                .param("id", UUID.fromString(upload.substring("/uploads/".length())))
                .update();
    }

    @Test
    void anotherCompanyLearnsNothingOfAnUpload() throws Exception {
        String upload = create(10);
        patch(upload, 0, random(10)).expect(204);
        head(upload, OTHER).expect(404);
        assertThat(send(tus(upload, OTHER)
                                .header("Content-Type", PIECE)
                                .header("Upload-Offset", "10")
                                .method("PATCH", BodyPublishers.noBody())
                                .build())
                        .expect(404)
                        .code())
                .isEqualTo("UNKNOWN_UPLOAD");
        send(tus(upload, OTHER).DELETE().build()).expect(404);
        assertThat(register(upload, OTHER).expect(404).code()).isEqualTo("UNKNOWN_UPLOAD");
        assertThat(send(request(upload, null).HEAD().build()).status()).isEqualTo(401);
        assertThat(send(tus(upload, TestIdentity.acmeOperator()).HEAD().build()).status())
                .isEqualTo(403);
        register(upload, user).expect(201);
    }

    @Test
    void aPieceWithAChecksumIsKeptWholeOrNotAtAll() throws Exception {
        byte[] content = random(11_000_000);
        String upload = create(content.length);
        byte[] piece = Arrays.copyOf(content, 10_500_000);
        Answer refused = patch(upload, 0, piece, "Upload-Checksum", "sha1 " + digest("SHA-1", random(10)));
        assertThat(refused.status()).isEqualTo(460);
        assertThat(refused.code()).isEqualTo("CHECKSUM_MISMATCH");
        assertThat(offset(upload)).isEqualTo("0");
        patch(upload, 0, piece, "Upload-Checksum", "sha1 " + digest("SHA-1", piece))
                .expect(204);
        byte[] rest = Arrays.copyOfRange(content, 10_500_000, content.length);
        assertThat(patch(upload, 10_500_000, rest, "Upload-Checksum", "crc32 AAAA")
                        .expect(400)
                        .code())
                .isEqualTo("INVALID_UPLOAD_HEADER");
        patch(upload, 10_500_000, rest, "Upload-Checksum", "sha256 " + digest("SHA-256", rest))
                .expect(204);
        String id = register(upload, user).expect(201).json().path("dataset_id").asString();
        assertThat(get("/dataset/" + id, user).expect(200).body()).isEqualTo(content);
    }

    private static String digest(String algorithm, byte[] content) throws Exception {
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance(algorithm).digest(content));
    }

    @Test
    void refusesWhatBreaksTheProtocol() throws Exception {
        String upload = create(100);
        assertThat(patch(upload, 5, random(5)).expect(409).code()).isEqualTo("UPLOAD_OFFSET_DIFFERS");
        assertThat(patch(upload, 0, random(101)).expect(413).code()).isEqualTo("FILE_TOO_LARGE");
        Answer longer = send(tus(upload, user)
                .header("Content-Type", PIECE)
                .header("Upload-Offset", "0")
                .method("PATCH", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(random(101))))
                .build());
        assertThat(longer.expect(413).code()).isEqualTo("FILE_TOO_LARGE");
        assertThat(offset(upload)).isEqualTo("0");
        Answer type = send(tus(upload, user)
                .header("Content-Type", "text/csv")
                .header("Upload-Offset", "0")
                .method("PATCH", BodyPublishers.ofByteArray(random(5)))
                .build());
        type.expect(415);
        Answer version = send(
                request(upload, user).header("Tus-Resumable", "0.2.2").HEAD().build());
        assertThat(version.expect(412).header("Tus-Version")).isEqualTo("1.0.0");
        assertThat(send(request("/uploads", user)
                                .header("Upload-Length", "5")
                                .POST(BodyPublishers.noBody())
                                .build())
                        .expect(412)
                        .code())
                .isEqualTo("UNKNOWN_TUS_VERSION");
        creation(400, "INVALID_UPLOAD_HEADER", "Upload-Length", "-1");
        creation(400, "INVALID_UPLOAD_HEADER", "Upload-Length", "many");
        creation(400, "INVALID_UPLOAD_HEADER", "Upload-Defer-Length", "1");
        creation(422, "EMPTY_FILE", "Upload-Length", "0");
        creation(413, "FILE_TOO_LARGE", "Upload-Length", Long.toString((40L << 20) + 1));
        creation(400, "INVALID_UPLOAD_HEADER", "Upload-Length", "5", "Upload-Metadata", "filename %%%");
        creation(400, "INVALID_UPLOAD_HEADER", "Upload-Length", "5", "Upload-Metadata", "a " + "AAAA".repeat(1100));
        head("/uploads/" + UUID.randomUUID(), user).expect(404);
        head("/uploads/x", user).expect(400);
    }

    private void creation(int status, String code, String... headers) throws Exception {
        Answer answer = send(tus("/uploads", user)
                .headers(headers)
                .POST(BodyPublishers.noBody())
                .build());
        assertThat(answer.expect(status).code()).isEqualTo(code);
    }

    @Test
    void givingAnUploadUpRemovesIt() throws Exception {
        String upload = create(20_000_000);
        patch(upload, 0, random(7_000_000)).expect(204);
        assertThat(objects(company, "")).isNotEmpty();
        send(tus(upload, user).DELETE().build()).expect(204);
        head(upload, user).expect(404);
        assertThat(objects(company, "")).isEmpty();
    }

    @Test
    void aStoreThatFailsLeavesWhatWasThereAndTheUploadGoesOn() throws Exception {
        byte[] content = random(12_000_000);
        String upload = create(content.length);
        patch(upload, 0, Arrays.copyOf(content, 6_000_000)).expect(204);
        Path bucket = TestServers.s3Files().resolve(company.toString());
        Path away = bucket.resolveSibling(company + "-away");
        Files.move(bucket, away);
        byte[] rest = Arrays.copyOfRange(content, 6_000_000, content.length);
        Answer refused = patch(upload, 6_000_000, rest).expect(503);
        assertThat(refused.code()).isEqualTo("STORAGE_UNAVAILABLE");
        assertThat(refused.header("Retry-After")).isEqualTo("5");
        assertThat(offset(upload)).isEqualTo("6000000");
        Files.move(away, bucket);
        patch(upload, 6_000_000, rest).expect(204);
        String id = register(upload, user).expect(201).json().path("dataset_id").asString();
        assertThat(get("/dataset/" + id, user).expect(200).body()).isEqualTo(content);
    }

    @Test
    void whatIsNotContinuedInTimeIsGone() throws Exception {
        String upload = create(10);
        patch(upload, 0, random(10)).expect(204);
        jdbc.sql("update resumable_upload set expires_at = now() - interval '1 second' where id = :id")
                .param("id", UUID.fromString(upload.substring("/uploads/".length())))
                .update();
        head(upload, user).expect(404);
        assertThat(patch(upload, 10, new byte[0]).expect(404).code()).isEqualTo("UNKNOWN_UPLOAD");
        assertThat(register(upload, user).expect(404).code()).isEqualTo("UNKNOWN_UPLOAD");
    }
}
