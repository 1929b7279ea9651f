package io.mlaas.stack.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.GetObjectArgs;
import io.minio.Http;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.UploadPartArgs;
import io.minio.messages.Part;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.zip.CRC32C;
import org.gaul.s3proxy.S3Proxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A part whose signature does not cover its bytes comes with a CRC-32C, and the store compares it. */
class DamagedTransferTest {
    private static final byte[] SENT = "what the service read".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ARRIVED = "what the service reab".getBytes(StandardCharsets.UTF_8);

    @TempDir
    static Path data;

    private static S3Proxy server;
    private static MinioAsyncClient client;

    @BeforeAll
    static void start() throws Exception {
        server = S3ServerMain.serve(data, 0, "admin", "admin-secret");
        client = MinioAsyncClient.builder()
                .endpoint("http://127.0.0.1:" + server.getPort())
                .credentials("admin", "admin-secret")
                .region("us-east-1")
                .build();
        client.makeBucket(MakeBucketArgs.builder().bucket("files").build()).get();
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop();
    }

    @Test
    void takesAPartThatArrivedAsItWasSent() throws Exception {
        String upload = begin("whole");
        String etag = send("whole", upload, SENT);
        client.completeMultipartUpload(CompleteMultipartUploadArgs.builder()
                        .bucket("files")
                        .object("whole")
                        .uploadId(upload)
                        .parts(new Part[] {new Part(1, etag)})
                        .build())
                .get();

        try (InputStream in = client.getObject(
                        GetObjectArgs.builder().bucket("files").object("whole").build())
                .get()) {
            assertThat(in.readAllBytes()).isEqualTo(SENT);
        }
    }

    @Test
    void refusesAPartThatChangedOnTheWay() throws Exception {
        String upload = begin("damaged");

        assertThatThrownBy(() -> send("damaged", upload, ARRIVED))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("hecksum");
    }

    private static String begin(String key) throws Exception {
        return client.createMultipartUpload(CreateMultipartUploadArgs.builder()
                        .bucket("files")
                        .object(key)
                        .build())
                .get()
                .result()
                .uploadId();
    }

    /** With the checksum of what was sent, whatever arrives. */
    private static String send(String key, String upload, byte[] arriving) throws Exception {
        CRC32C crc = new CRC32C();
        crc.update(SENT);
        byte[] checksum =
                ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
        return client.uploadPart(UploadPartArgs.builder()
                        .bucket("files")
                        .object(key)
                        .uploadId(upload)
                        .partNumber(1)
                        .headers(new Http.Headers(Map.of(
                                Http.Headers.X_AMZ_CONTENT_SHA256,
                                "UNSIGNED-PAYLOAD",
                                Http.Headers.X_AMZ_SDK_CHECKSUM_ALGORITHM,
                                "CRC32C",
                                "x-amz-checksum-crc32c",
                                Base64.getEncoder().encodeToString(checksum))))
                        .data(arriving, arriving.length)
                        .build())
                .get()
                .part()
                .etag();
    }
}
