package io.mlaas.sharing.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.MinioAsyncClient;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BucketTest {

    /** An object store that ends the connection in the middle of its answer, as one does that is killed. */
    @Test
    void tellsAConnectionThatBreaksOffAsAFailureOfTheStore() throws Exception {
        try (ServerSocket store = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofVirtual().start(() -> breakOff(store));
            String endpoint = "http://127.0.0.1:" + store.getLocalPort();
            Bucket bucket = new Bucket(
                    UUID.randomUUID(),
                    "bucket",
                    new Bucket.Clients(
                            MinioClient.builder()
                                    .endpoint(endpoint)
                                    .region("us-east-1")
                                    .credentials("a", "b")
                                    .build(),
                            MinioAsyncClient.builder()
                                    .endpoint(endpoint)
                                    .region("us-east-1")
                                    .credentials("a", "b")
                                    .build(),
                            true));
            assertThatThrownBy(() -> bucket.call(client -> client.putObject(PutObjectArgs.builder()
                            .bucket("bucket")
                            .object("key")
                            .data("content".getBytes(StandardCharsets.UTF_8), 7)
                            .build())))
                    .isInstanceOf(MinioException.class);
            store.close();
            answering.join();
            assertThat(answering.isAlive()).isFalse();
        }
    }

    private static void breakOff(ServerSocket store) {
        while (!store.isClosed()) {
            try (Socket connection = store.accept();
                    InputStream request = connection.getInputStream()) {
                assertThat(request.read(new byte[1024])).isPositive();
                connection.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException closed) {
                return; // the test is over
            }
        }
    }
}
