package io.mlaas.stack.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.minio.CopyObjectArgs;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveBucketArgs;
import io.minio.RemoveObjectArgs;
import io.minio.SourceObject;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.gaul.s3proxy.S3Proxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two companies on one store, over the wire. */
class TenancyTest {

    @TempDir
    static Path data;

    private static S3Proxy server;
    private static MinioClient admin;
    private static MinioClient acme;
    private static MinioClient globex;

    @BeforeAll
    static void start() throws Exception {
        server = S3ServerMain.serve(data, 0, "admin", "admin-secret");
        admin = client("admin", "admin-secret");
        acme = company("acme");
        globex = company("globex");
        put(acme, "acme-bucket", "model", "acme's");
        put(globex, "globex-bucket", "model", "globex's");
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop();
    }

    @Test
    void aCompanyReadsAndWritesItsOwnBucket() throws Exception {
        assertThat(get(acme, "acme-bucket", "model")).isEqualTo("acme's");
        put(acme, "acme-bucket", "folder/other", "more");
        assertThat(names(acme, "acme-bucket")).contains("model", "folder/other");
        acme.removeObject(RemoveObjectArgs.builder()
                .bucket("acme-bucket")
                .object("folder/other")
                .build());
        assertThat(names(acme, "acme-bucket")).containsExactly("model");
    }

    @Test
    void aCompanyCannotTouchAnothersBucket() {
        denied(() -> get(acme, "globex-bucket", "model"));
        denied(() -> put(acme, "globex-bucket", "model", "acme's"));
        denied(() -> names(acme, "globex-bucket"));
        denied(() -> acme.removeObject(RemoveObjectArgs.builder()
                .bucket("globex-bucket")
                .object("model")
                .build()));
        denied(() -> acme.removeBucket(
                RemoveBucketArgs.builder().bucket("globex-bucket").build()));
        denied(() -> acme.copyObject(CopyObjectArgs.builder()
                .bucket("acme-bucket")
                .object("stolen")
                .source(SourceObject.builder()
                        .bucket("globex-bucket")
                        .object("model")
                        .build())
                .build()));
        assertThat(catchThrowableOfType(
                                ErrorResponseException.class,
                                () -> acme.statObject(StatObjectArgs.builder()
                                        .bucket("globex-bucket")
                                        .object("model")
                                        .build()))
                        .response()
                        .code())
                .isEqualTo(403);
    }

    @Test
    void aCompanyCannotReadTheKeys() {
        denied(() -> get(acme, "mlaas-iam", "acme-key.json"));
        denied(() -> get(acme, "mlaas-iam", "globex-key.json"));
        denied(() -> names(acme, "mlaas-iam"));
    }

    @Test
    void aCompanySeesOnlyItsBucketAndMakesNone() throws Exception {
        List<String> seen = new ArrayList<>();
        for (var bucket : acme.listBuckets()) {
            seen.add(bucket.name());
        }
        assertThat(seen).containsExactly("acme-bucket");
        denied(() ->
                acme.makeBucket(MakeBucketArgs.builder().bucket("acme-second").build()));
        denied(() -> acme.removeBucket(
                RemoveBucketArgs.builder().bucket("acme-bucket").build()));
    }

    @Test
    void theAdminSeesEverything() throws Exception {
        assertThat(get(admin, "acme-bucket", "model")).isEqualTo("acme's");
        assertThat(get(admin, "globex-bucket", "model")).isEqualTo("globex's");
    }

    @Test
    void unknownKeysAndWrongSecretsAreRefused() {
        denied(() -> get(client("nobody", "anything"), "acme-bucket", "model"), "InvalidAccessKeyId");
        denied(() -> get(client("acme-key", "guess"), "acme-bucket", "model"), "SignatureDoesNotMatch");
        denied(() -> get(client("acme-key.json", "x"), "acme-bucket", "model"), "InvalidAccessKeyId");
    }

    @Test
    void unsignedRequestsAreRefused() throws Exception {
        for (String path : List.of("/", "/acme-bucket", "/acme-bucket/model", "/mlaas-iam/acme-key.json")) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(url() + path)).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(path).isEqualTo(403);
            assertThat(answer.body()).contains("AccessDenied");
        }
    }

    @Test
    void noPathLeadsOutOfABucket() throws Exception {
        for (String path : List.of(
                "/acme-bucket/../mlaas-iam/acme-key.json",
                "/acme-bucket/%2e%2e/mlaas-iam/acme-key.json",
                "/acme-bucket/..%2fmlaas-iam%2facme-key.json",
                "//mlaas-iam/acme-key.json",
                "/./mlaas-iam/acme-key.json")) {
            assertThat(raw("GET " + path)).as(path).matches("HTTP/1.1 4\\d\\d .*");
        }
        assertThatThrownBy(() -> put(acme, "acme-bucket", "../globex-bucket/model", "acme's"))
                .isInstanceOf(Exception.class);
        assertThat(get(globex, "globex-bucket", "model")).isEqualTo("globex's");
    }

    @Test
    void aRemovedKeyStopsAndANewOneWorksAtOnce() throws Exception {
        MinioClient brief = company("brief");
        put(brief, "brief-bucket", "x", "y");
        assertThat(get(brief, "brief-bucket", "x")).isEqualTo("y");
        admin.removeObject(RemoveObjectArgs.builder()
                .bucket("mlaas-iam")
                .object("brief-key.json")
                .build());
        long deadline = System.nanoTime() + 2 * CompanyKeys.REMEMBERED.toNanos();
        ErrorResponseException refused = null;
        while (refused == null && System.nanoTime() < deadline) {
            try {
                get(brief, "brief-bucket", "x");
            } catch (ErrorResponseException e) {
                refused = e;
            }
        }
        assertThat(refused).isNotNull();
        assertThat(refused.errorResponse().code()).isEqualTo("InvalidAccessKeyId");
    }

    @Test
    void keepsAndReturnsALargeStreamOfUnknownLength() throws Exception {
        byte[] content = new byte[23_000_001];
        new Random(7).nextBytes(content);
        acme.putObject(PutObjectArgs.builder().bucket("acme-bucket").object("large").stream(
                        new ByteArrayInputStream(content), -1L, 8L << 20)
                .build());
        try (InputStream in = acme.getObject(
                GetObjectArgs.builder().bucket("acme-bucket").object("large").build())) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        acme.removeObject(
                RemoveObjectArgs.builder().bucket("acme-bucket").object("large").build());
    }

    private static MinioClient company(String name) throws Exception {
        admin.makeBucket(MakeBucketArgs.builder().bucket(name + "-bucket").build());
        put(
                admin,
                "mlaas-iam",
                name + "-key.json",
                "{\"secret_key\":\"%s-secret\",\"bucket\":\"%s-bucket\"}".formatted(name, name));
        return client(name + "-key", name + "-secret");
    }

    private static MinioClient client(String accessKey, String secretKey) {
        return MinioClient.builder()
                .endpoint(url())
                .credentials(accessKey, secretKey)
                .region("us-east-1")
                .build();
    }

    private static String url() {
        return "http://127.0.0.1:" + server.getPort();
    }

    private static void put(MinioClient client, String bucket, String key, String content) throws Exception {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        client.putObject(PutObjectArgs.builder().bucket(bucket).object(key).stream(
                        new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                .build());
    }

    private static String get(MinioClient client, String bucket, String key) throws Exception {
        try (InputStream in = client.getObject(
                GetObjectArgs.builder().bucket(bucket).object(key).build())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> names(MinioClient client, String bucket) throws Exception {
        List<String> names = new ArrayList<>();
        for (var item : client.listObjects(
                ListObjectsArgs.builder().bucket(bucket).recursive(true).build())) {
            names.add(item.get().objectName());
        }
        return names;
    }

    /** The status line of an unsigned request whose path no client library tidies up first. */
    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.getPort());
                OutputStream out = socket.getOutputStream()) {
            out.write((request + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    private static void denied(ThrowingCallable call) {
        denied(call, "AccessDenied");
    }

    private static void denied(ThrowingCallable call, String code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrorResponseException.class, e -> assertThat(
                        e.errorResponse().code())
                .isEqualTo(code));
    }
}
