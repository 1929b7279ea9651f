package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a file or its form is refused with a problem that says so, and nothing of it is kept. */
class BadFileApiTest extends RegistryServer {
    private static final byte[] CONTENT = random(2000);

    private final UUID company = UUID.randomUUID();
    private final String user = TestIdentity.user(UUID.randomUUID(), "bad-files", company, "DATA_SCIENTIST");
    private int contracts;
    private boolean kept;

    @BeforeEach
    void count() {
        contracts = chain.deployments();
    }

    @AfterEach
    void nothingWasKept() {
        if (!kept) {
            assertThat(objects(company, "")).isEmpty();
            assertThat(rows()).isZero();
            assertThat(chain.deployments()).isEqualTo(contracts);
        }
    }

    private long rows() {
        return jdbc.sql("""
                select (select count(*) from dataset where organization_id = :company)
                     + (select count(*) from artifact where organization_id = :company)
                     + (select count(*) from promoted_object where organization_id = :company)
                """).param("company", company).query(Long.class).single();
    }

    private Form file() {
        return Form.of().file("dataset", "a.csv", "text/csv", CONTENT);
    }

    private Answer refused(int status, String code, Form form) throws Exception {
        return problem(status, code, post("/dataset", user, form));
    }

    private Answer problem(int status, String code, Answer answer) {
        answer.expect(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.detail()).isNotBlank().hasSizeLessThan(1000);
        return answer;
    }

    private Answer raw(String type, byte[] body) throws Exception {
        return send(request("/dataset", user)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    @Test
    void refusesAFormWithoutTheFile() throws Exception {
        assertThat(refused(400, "MISSING_PART", Form.of().field("metadata", METADATA))
                        .detail())
                .startsWith("dataset");
    }

    @Test
    void refusesAFormWithoutMetadata() throws Exception {
        assertThat(refused(400, "MISSING_PART", file()).detail()).startsWith("metadata");
    }

    @Test
    void refusesAFormWithoutParts() throws Exception {
        refused(400, "MISSING_PART", Form.of());
    }

    @Test
    void refusesAnEmptyFile() throws Exception {
        refused(
                422,
                "EMPTY_FILE",
                Form.of().file("dataset", "a.csv", "text/csv", new byte[0]).field("metadata", METADATA));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1999", "2001", "0", "999999999999"})
    void refusesAFileWhosePartDeclaresAnotherSize(String declared) throws Exception {
        refused(422, "DECLARED_DIFFERS", withLength(declared).field("metadata", METADATA));
    }

    @Test
    void refusesAPartWhoseSizeIsNoNumber() throws Exception {
        refused(400, "MALFORMED_UPLOAD", withLength("many").field("metadata", METADATA));
        kept = true;
        post("/dataset", user, withLength("2000").field("metadata", METADATA)).expect(201);
    }

    private static Form withLength(String declared) {
        return Form.of()
                .part(
                        "name=\"dataset\"; filename=\"a.csv\"",
                        "Content-Type: text/csv\r\nContent-Length: " + declared + "\r\n",
                        CONTENT);
    }

    @Test
    void refusesAFileWhoseMetadataDeclaresAnotherSize() throws Exception {
        refused(
                422,
                "DECLARED_DIFFERS",
                file().field("metadata", "{\"samples_dimension\": \"(1)\", \"size_bytes\": 2001}"));
    }

    @Test
    void anOverLongFileNameIsCut() throws Exception {
        kept = true;
        assertThat(nameOf("ä".repeat(3000) + ".csv")).isEqualTo("ä".repeat(255));
    }

    @Test
    void refusesAFileNameLongerThanAHeaderMayBe() throws Exception {
        refused(
                400,
                "MALFORMED_UPLOAD",
                Form.of()
                        .file("dataset", "x".repeat(100_000), "text/csv", CONTENT)
                        .field("metadata", METADATA));
    }

    @ParameterizedTest
    @CsvSource({
        "../../../../etc/passwd, passwd",
        "..\\..\\..\\boot.ini, boot.ini",
        "/etc/shadow, shadow",
        "C:\\Windows\\system32\\x.dll, x.dll",
        "\\\\host\\share\\x.csv, x.csv",
        "...., ....",
        ".., dataset",
        ". , dataset",
        "../, dataset",
        "a/../.., dataset",
        "%2e%2e%2fx, %2e%2e%2fx",
        "~root, ~root",
        "NUL, NUL"
    })
    void aFileNameLeadsNowhere(String given, String harmless) throws Exception {
        kept = true;
        assertThat(nameOf(given)).isEqualTo(harmless);
        assertThat(objects(company, "")).hasSize(1).allMatch(key -> key.matches("sha256/[0-9a-f]{64}"));
    }

    @Test
    void aFileNameWithNulOrNewlinesIsHarmless() throws Exception {
        kept = true;
        assertThat(nameOf("a.csv\0.exe")).isEqualTo("a.csv.exe");
        assertThat(nameOf("a\rX-Evil: 1.csv")).isEqualTo("aX-Evil: 1.csv");
    }

    @ParameterizedTest
    @CsvSource({
        "'\u202Egpj.exe', 'gpj.exe'",
        "'\u2066a\u2069.csv', 'a.csv'",
        "'e\u0301\u0301\u0301.csv', 'e\u0301\u0301\u0301.csv'",
        "'\uD83D\uDC69\u200D\uD83D\uDE80.csv', '\uD83D\uDC69\u200D\uD83D\uDE80.csv'",
        "'数据 – größe.csv', '数据 – größe.csv'",
        "'\u2028a\u0085b.csv', 'ab.csv'"
    })
    void anOddFileNameComesBackHarmless(String given, String harmless) throws Exception {
        kept = true;
        assertThat(nameOf(given)).isEqualTo(harmless);
    }

    @Test
    void aFileNameThatIsNoUtf8IsTaken() throws Exception {
        kept = true;
        byte[] form = Form.of()
                .file("dataset", "half \u00ed\u00a0\u00bd.csv", "text/csv", bytes("x"))
                .field("metadata", METADATA)
                .body();
        byte[] latin = new String(form, StandardCharsets.UTF_8).getBytes(StandardCharsets.ISO_8859_1);
        UUID id = id(raw(Form.TYPE, latin).expect(201));
        assertThat(get("/dataset/" + id + "/status", user)
                        .json()
                        .path("file_name")
                        .asString())
                .startsWith("half ")
                .endsWith(".csv");
        get("/dataset/" + id, user).expect(200);
    }

    @Test
    void aFileNameOfAResumableUploadIsAsHarmless() throws Exception {
        kept = true;
        String name = Base64.getEncoder().encodeToString(bytes("../../a\0\u202Eb.csv"));
        String type = Base64.getEncoder().encodeToString(bytes("text/html\r\nX: y\0"));
        String upload = send(request("/uploads", user)
                        .header("Tus-Resumable", "1.0.0")
                        .header("Upload-Length", "5")
                        .header("Upload-Metadata", "filename " + name + ",filetype " + type)
                        .header("Content-Type", "application/offset+octet-stream")
                        .POST(BodyPublishers.ofByteArray(random(5)))
                        .build())
                .expect(201)
                .header("Location")
                .substring("/uploads/".length());
        UUID id =
                id(post("/dataset", user, Form.of().field("metadata", METADATA).field("upload_id", upload))
                        .expect(201));
        Answer download = get("/dataset/" + id, user).expect(200);
        assertThat(download.header("Content-Disposition")).isEqualTo("attachment; filename=\"ab.csv\"");
        assertThat(download.header("Content-Type")).isEqualTo("application/octet-stream");
    }

    private String nameOf(String given) throws Exception {
        Form form = Form.of().file("dataset", given, "text/csv", random(10)).field("metadata", METADATA);
        UUID id = id(post("/dataset", user, form).expect(201));
        get("/dataset/" + id, user).expect(200);
        return get("/dataset/" + id + "/status", user).json().path("file_name").asString();
    }

    private static UUID id(Answer registered) {
        return UUID.fromString(registered.json().path("dataset_id").asString());
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, 415",
        "text/plain, 415",
        "application/x-www-form-urlencoded, 415",
        "application/octet-stream, 415",
        "multipart/mixed; boundary=x, 415",
        "multipart/form-data, 400",
        "multipart/form-data; boundary=, 415",
        "multipart/form-data; boundary=another, 400"
    })
    void refusesAnotherContentType(String type, int status) throws Exception {
        Answer answer = raw(type, file().field("metadata", METADATA).body());
        answer.expect(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void refusesABoundaryWithoutEnd() throws Exception {
        String boundary = "b".repeat(5000);
        byte[] body = bytes("--" + boundary + "\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n" + METADATA
                + "\r\n--" + boundary + "--\r\n");
        Answer answer = raw("multipart/form-data; boundary=" + boundary, body);
        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void refusesABodyThatNeverComesToItsBoundary() throws Exception {
        problem(400, "MISSING_PART", raw(Form.TYPE, random(20_000_000)));
    }

    @Test
    void refusesAFormThatIsCutOffInAHeader() throws Exception {
        byte[] whole = file().field("metadata", METADATA).body();
        for (int length : new int[] {0, 1, 30, 60, 100}) {
            byte[] some = java.util.Arrays.copyOf(whole, length);
            assertThat(raw(Form.TYPE, some).status()).isEqualTo(400);
        }
    }

    @Test
    void refusesHeadersWithoutEnd() throws Exception {
        refused(
                400,
                "MALFORMED_UPLOAD",
                Form.of()
                        .part("name=\"dataset\"; filename=\"a\"", "X: y\r\n".repeat(200_000), CONTENT)
                        .field("metadata", METADATA));
        refused(
                400,
                "MALFORMED_UPLOAD",
                Form.of().part("name=\"metadata\"", "X: " + "y".repeat(1_000_000) + "\r\n", CONTENT));
    }

    @Test
    void refusesFormsInFormsInForms() throws Exception {
        StringBuilder nested = new StringBuilder("x");
        for (int depth = 0; depth < 500; depth++) {
            nested.insert(
                    0,
                    "--b%1$d\r\nContent-Disposition: file; filename=\"a\"\r\nContent-Type: multipart/mixed; boundary=b%2$d\r\n\r\n"
                            .formatted(depth + 1, depth));
            nested.append("\r\n--b").append(depth + 1).append("--\r\n");
        }
        Form form = Form.of()
                .part("name=\"dataset\"", "Content-Type: multipart/mixed; boundary=b500\r\n", bytes(nested.toString()));
        assertThat(post("/dataset", user, form).status()).isEqualTo(400);
    }

    @Test
    void refusesManyFilesInOnePart() throws Exception {
        StringBuilder nested = new StringBuilder();
        IntStream.range(0, 10_000)
                .forEach(i ->
                        nested.append("--inner\r\nContent-Disposition: file; filename=\"a\"\r\n\r\n" + i + "\r\n"));
        nested.append("--inner--\r\n");
        Form form = Form.of()
                .part("name=\"dataset\"", "Content-Type: multipart/mixed; boundary=inner\r\n", bytes(nested.toString()))
                .field("metadata", METADATA);
        assertThat(post("/dataset", user, form).expect(400).code()).isIn("UNEXPECTED_PART", "MALFORMED_UPLOAD");
    }

    @Test
    void refusesTenThousandParts() throws Exception {
        Form strange = Form.of();
        Form repeated = Form.of();
        Form files = Form.of();
        for (int i = 0; i < 10_000; i++) {
            strange.field("part" + i, "x");
            repeated.field("metadata", METADATA);
            files.file("dataset", "a.csv", "text/csv", bytes("x"));
        }
        refused(400, "UNEXPECTED_PART", strange);
        refused(400, "UNEXPECTED_PART", repeated);
        refused(400, "UNEXPECTED_PART", files);
    }

    @Test
    void refusesAPartWithAnEndlessOrOddName() throws Exception {
        for (String name : new String[] {"x".repeat(7000), "\u202E\0../metadata", ""}) {
            Form form = Form.of().field(name, "y");
            assertThat(post("/dataset", user, form).expect(400).code()).isIn("UNEXPECTED_PART", "MISSING_PART");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "7",
                "[]",
                "\"text\"",
                "{",
                "{\"samples_dimension\": \"(1)\"",
                "{\"samples_dimension\": \"(1)\", \"samples_dimension\": \"(2)\"}",
                "{\"samples_dimension\": \"(1)\", \"a\": {\"b\": 1, \"b\": 2}}",
                "{\"samples_dimension\": \"(1)\", \"note\": \"\\u0000\"}",
                "{\"samples_dimension\": \"(1)\", \"\\u0000\": 1}",
                "{\"samples_dimension\": \"(1)\", \"note\": \"\\ud800\"}",
                "{\"samples_dimension\": \"(1)\", \"note\": [\"a\", {\"b\": \"\\udc00\"}]}",
                "{\"samples_dimension\": \"(1)\"} trailing",
                "<metadata/>"
            })
    void refusesMetadataThatIsNoObject(String metadata) throws Exception {
        refused(400, "MALFORMED_METADATA", file().field("metadata", metadata));
    }

    @Test
    void refusesMetadataThatIsNestedWithoutEnd() throws Exception {
        refused(400, "MALFORMED_METADATA", file().field("metadata", "{\"a\":".repeat(10_000)));
        refused(400, "MALFORMED_METADATA", file().field("metadata", "[".repeat(60_000)));
        refused(
                400,
                "MALFORMED_METADATA",
                file().field(
                                "metadata",
                                "{\"samples_dimension\":\"(1)\",\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"samples_dimension\": \"(1)\", \"sample_num\": 1e999999999}",
                "{\"samples_dimension\": \"(1)\", \"sample_num\": 99999999999999999999}",
                "{\"samples_dimension\": \"(1)\", \"sample_num\": -1}",
                "{\"samples_dimension\": \"(1)\", \"size_bytes\": 1.5}"
            })
    void refusesNumbersBeyondMeasure(String metadata) throws Exception {
        Answer answer = post("/dataset", user, file().field("metadata", metadata));
        assertThat(answer.status()).isBetween(400, 422);
        assertThat(answer.code()).isIn("INVALID_METADATA", "MALFORMED_METADATA");
    }

    @Test
    void cutsASilentSenderOff() throws Exception {
        byte[] body = file().field("metadata", METADATA).body();
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(15_000);
            OutputStream out = socket.getOutputStream();
            out.write(head(body.length));
            out.write(body, 0, body.length / 2);
            out.flush();
            byte[] answer = new byte[8192];
            int length = socket.getInputStream().readNBytes(answer, 0, answer.length);
            assertThat(new String(answer, 0, length, StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 408")
                    .contains("UPLOAD_TOO_SLOW");
        }
    }

    private byte[] head(int length) {
        return ("""
                POST /dataset HTTP/1.1\r
                Host: 127.0.0.1\r
                Authorization: Bearer %s\r
                Content-Type: %s\r
                Content-Length: %d\r
                \r
                """.formatted(user, Form.TYPE, length)).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void keepsNothingOfAClientThatVanishesAtNinetyPercent() throws Exception {
        byte[] body = Form.of()
                .field("metadata", METADATA)
                .file("dataset", "big.bin", "application/octet-stream", random(24_000_000))
                .body();
        try (Socket socket = new Socket("127.0.0.1", port);
                OutputStream out = socket.getOutputStream()) {
            out.write(head(body.length));
            out.write(body, 0, body.length * 9 / 10);
            out.flush();
            await().until(() -> !objects(company, "").isEmpty());
        }
        await().untilAsserted(() -> assertThat(objects(company, "")).isEmpty());
        assertThat(TestServers.s3Files().resolve(company.toString())).exists();
        assertThat(rows()).isZero();
        assertThat(chain.deployments()).isEqualTo(contracts);
        assertThat(get("/dataset", user).expect(200).json().path("items").size())
                .isZero();
    }

    @Test
    void aLargeFileStaysWhereItWasPut() throws Exception {
        kept = true;
        byte[] content = random(25_000_001);
        UUID id = registerDataset(user, content);
        assertThat(get("/dataset/" + id, user).expect(200).body()).isEqualTo(content);
        assertThat(Files.readAllBytes(stored(company, content))).isEqualTo(content);
        assertThat(objects(company, "")).hasSize(1).allMatch(key -> key.matches("files/[0-9]+-[0-9a-f-]{36}"));
    }
}
