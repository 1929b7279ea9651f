package io.mlaas.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Headers;
import io.mlaas.testkit.TestIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of any size and pace, up and down: as they came, and without holding them. */
class PassedBodiesTest extends RunningGateway {
    /** More than the heap that this module's tests run with. */
    private static final long LARGE = 256L << 20;

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH"})
    void leavesFormsToTheService(String method) throws Exception {
        String form = "metadata=%7B%22a%22%3A1%7D&train_image=x";

        send(get("/model?q=1")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .method(method, BodyPublishers.ofString(form)));

        assertThat(SHARING.latest().text()).isEqualTo(form);
        assertThat(SHARING.latest().uri()).isEqualTo("/model?q=1");
    }

    @Test
    void leavesMultipartBodiesToTheService() throws Exception {
        String body = "--b\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n{}\r\n--b--\r\n";

        send(get("/dataset")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString(body)));

        assertThat(SHARING.latest().text()).isEqualTo(body);
        assertThat(SHARING.latest().header("Content-length")).isEqualTo(Integer.toString(body.length()));
        assertThat(SHARING.latest().header("Content-type")).isEqualTo("multipart/form-data; boundary=b");
    }

    @Test
    void movesUploadsLargerThanItsMemory() throws Exception {
        send(get("/dataset").POST(BodyPublishers.ofInputStream(() -> new Zeros(LARGE))));
        assertThat(SHARING.latest().size()).isEqualTo(LARGE);

        send(get("/dataset")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Zeros(LARGE)), LARGE)));
        assertThat(SHARING.latest().size()).isEqualTo(LARGE);
        assertThat(SHARING.latest().header("Content-length")).isEqualTo(Long.toString(LARGE));
    }

    @Test
    void passesResumableUploadsBothWays() throws Exception {
        SHARING.on("/uploads", exchange -> {
            SHARING.record(exchange);
            Headers answer = exchange.getResponseHeaders();
            answer.set("Tus-Resumable", "1.0.0");
            switch (exchange.getRequestMethod()) {
                case "POST" -> {
                    answer.set("Location", SHARING.url() + "/uploads/7?part=1");
                    exchange.sendResponseHeaders(201, -1);
                }
                case "HEAD" -> {
                    answer.set("Upload-Offset", "5");
                    answer.set("Upload-Length", "9");
                    exchange.sendResponseHeaders(200, -1);
                }
                default -> exchange.sendResponseHeaders(204, -1);
            }
        });

        HttpResponse<String> made = send(get("/uploads")
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Length", "9")
                .POST(BodyPublishers.noBody()));
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.headers().firstValue("Location")).contains("/uploads/7?part=1");
        assertThat(SHARING.latest().header("Upload-Length")).isEqualTo("9");

        HttpResponse<String> asked = send(get("/uploads/7").method("HEAD", BodyPublishers.noBody()));
        assertThat(asked.statusCode()).isEqualTo(200);
        assertThat(asked.headers().firstValue("Upload-Offset")).contains("5");
        assertThat(asked.headers().firstValue("Upload-Length")).contains("9");

        HttpResponse<String> piece = send(get("/uploads/7")
                .header("Content-Type", "application/offset+octet-stream")
                .header("Upload-Offset", "5")
                .method("PATCH", BodyPublishers.ofInputStream(() -> new Zeros(LARGE))));
        assertThat(piece.statusCode()).isEqualTo(204);
        assertThat(SHARING.latest().size()).isEqualTo(LARGE);
        assertThat(SHARING.latest().header("Upload-Offset")).isEqualTo("5");
        assertThat(SHARING.latest().header("Content-Type")).isEqualTo("application/offset+octet-stream");

        for (String method : List.of("OPTIONS", "DELETE")) {
            HttpResponse<String> answer = send(get("/uploads/7").method(method, BodyPublishers.noBody()));
            assertThat(answer.statusCode()).as(method).isEqualTo(204);
            assertThat(answer.headers().allValues("Tus-Resumable")).containsExactly("1.0.0");
            assertThat(SHARING.latest().method()).isEqualTo(method);
        }
    }

    @Test
    void movesDownloadsLargerThanItsMemory() throws Exception {
        SHARING.on("/model/large", exchange -> {
            exchange.sendResponseHeaders(200, LARGE);
            new Zeros(LARGE).transferTo(exchange.getResponseBody());
        });

        HttpResponse<InputStream> answer = http.send(get("/model/large").build(), BodyHandlers.ofInputStream());

        assertThat(answer.headers().firstValue("Content-Length")).contains(Long.toString(LARGE));
        try (InputStream body = answer.body()) {
            assertThat(body.transferTo(java.io.OutputStream.nullOutputStream())).isEqualTo(LARGE);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_000, 0})
    void breaksADownloadOffWhereTheServiceDoes(long announced) throws Exception {
        SHARING.on("/model/broken" + announced, exchange -> {
            // 0 is a body of unknown length.
            exchange.sendResponseHeaders(200, announced);
            exchange.getResponseBody().write(new byte[500_000]);
            exchange.getResponseBody().flush();
            throw new IOException("the file does not match its digest");
        });

        assertThatThrownBy(() -> http.send(get("/model/broken" + announced).build(), BodyHandlers.ofByteArray()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void breaksAnUploadOffWhereTheClientDoes() throws Exception {
        for (String framing : List.of("Content-Length: 1000000", "Transfer-Encoding: chunked")) {
            SHARING.forget();
            try (Socket socket = new Socket("localhost", port)) {
                socket.getOutputStream()
                        .write(("POST /dataset HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                        + TestIdentity.acmeScientist() + "\r\n" + framing + "\r\n\r\n7a120\r\n")
                                .getBytes(UTF_8));
                socket.getOutputStream().write(new byte[400_000]);
                socket.getOutputStream().flush();
            }
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> !SHARING.received().isEmpty());
            assertThat(SHARING.latest().size()).isEqualTo(-1);
        }
        assertThat(send(get("/dataset")).statusCode()).isEqualTo(200);
    }

    @Test
    void passesEventsOnAsTheyCome() throws Exception {
        CountDownLatch firstWasSeen = new CountDownLatch(1);
        TRAINING.on("/train/9/logs", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("data: epoch 1\n\n".getBytes(UTF_8));
            exchange.getResponseBody().flush();
            boolean seen = firstWasSeen.await(10, TimeUnit.SECONDS);
            exchange.getResponseBody().write(("data: epoch 2, seen " + seen + "\n\n").getBytes(UTF_8));
        });

        HttpResponse<InputStream> answer =
                http.send(get("/train/9/logs?follow=true").build(), BodyHandlers.ofInputStream());
        try (var lines = new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("data: epoch 1");
            firstWasSeen.countDown();
            assertThat(lines.readLine()).isEmpty();
            assertThat(lines.readLine()).isEqualTo("data: epoch 2, seen true");
        }
    }

    /** So many zeros, without holding them. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long size) {
            left = size;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int from, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(length, left);
            Arrays.fill(into, from, from + count, (byte) 0);
            left -= count;
            return count;
        }
    }
}
