package io.mlaas.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.testkit.TestIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What comes in by a bare connection, with limits that are low enough to be reached. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "mlaas.gateway.head-timeout=1s",
            "mlaas.gateway.limits.company-rate=0.2",
            "mlaas.gateway.limits.company-burst=60",
            "mlaas.gateway.limits.max-file=100KB",
            "mlaas.gateway.limits.max-body=10KB",
            "mlaas.gateway.limits.max-uri=1000",
            "mlaas.gateway.limits.least-rate=1KB",
            "mlaas.gateway.limits.pace-window=1s",
            "mlaas.gateway.allowed-origins=https://lab.example",
            "server.tomcat.connection-timeout=2s"
        })
class DoorsTest {
    private static final StubService INSIDE = new StubService("inside");

    /** Each test has a company of its own: what one uses up, the next does not lack. */
    private final String token = TestIdentity.user(UUID.randomUUID(), "somebody", UUID.randomUUID(), "DATA_SCIENTIST");

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        TestIdentity.register(registry);
        registry.add("mlaas.services.model-sharing", INSIDE::url);
        registry.add("mlaas.services.training", INSIDE::url);
        registry.add("mlaas.services.translation", INSIDE::url);
        registry.add("mlaas.services.online-learning", INSIDE::url);
        registry.add("mlaas.services.monitoring", INSIDE::url);
        registry.add("mlaas.services.ppfl", INSIDE::url);
        registry.add("mlaas.services.blockchain", INSIDE::url);
    }

    @BeforeEach
    void forget() {
        INSIDE.forget();
    }

    @Test
    void closesAConnectionWhoseRequestNeverBegins() throws Exception {
        try (Client client = new Client()) {
            Instant asked = Instant.now();
            client.send("GET /dataset HTTP/1.1\r\nHost: localhost\r\n");
            for (int i = 0; i < 100 && !client.isAnswered(); i++) {
                client.send("X-" + i + ": 1\r\n");
            }
            assertThat(client.read()).startsWith("HTTP/1.1 408 ");
            assertThat(Duration.between(asked, Instant.now())).isBetween(Duration.ofMillis(900), Duration.ofSeconds(8));
        }
    }

    @Test
    void keepsAnIdleConnectionThatFinishesItsRequests() throws Exception {
        try (Client client = new Client()) {
            client.send("GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.await("\"services\"")).startsWith("HTTP/1.1 200");
            client.pause(Duration.ofMillis(1500));
            client.send("GET /status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(client.read()).contains("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 50000", "Transfer-Encoding: chunked"})
    void givesUpOnABodyThatTrickles(String framing) throws Exception {
        try (Client client = new Client()) {
            client.send("POST /dataset HTTP/1.1\r\nHost: localhost\r\n" + bearer() + framing + "\r\n\r\n7a12\r\n");
            for (int i = 0; i < 100 && !client.isAnswered(); i++) {
                client.send("x");
            }
            assertThat(client.read()).startsWith("HTTP/1.1 408 ").contains("\"REQUEST_TOO_SLOW\"");
        }
    }

    @Test
    void givesUpOnABodyThatStops() throws Exception {
        try (Client client = new Client()) {
            client.send("POST /dataset HTTP/1.1\r\nHost: localhost\r\n" + bearer() + "Content-Length: 500\r\n\r\nxx");
            assertThat(client.read()).startsWith("HTTP/1.1 408 ").contains("\"REQUEST_TOO_SLOW\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST /dataset, 102401, max-file",
        "PATCH /uploads/7, 102401, max-file",
        "PATCH /dataset/7, 10241, max-body",
        "POST /train/7, 99999999999, max-body"
    })
    void refusesALargeBodyBeforeItComes(String request, String length, String setting) throws Exception {
        try (Client client = new Client()) {
            client.send(
                    request + " HTTP/1.1\r\nHost: localhost\r\n" + bearer() + "Content-Length: " + length + "\r\n\r\n");
            assertThat(client.await("\"}"))
                    .startsWith("HTTP/1.1 413 ")
                    .contains("\"TOO_LARGE\"", "mlaas.gateway.limits." + setting);
        }
        assertThat(INSIDE.received()).isEmpty();
    }

    @Test
    void refusesALargeBodyWhileItComes() throws Exception {
        try (Client client = new Client()) {
            client.send("POST /train/7 HTTP/1.1\r\nHost: localhost\r\n" + bearer()
                    + "Transfer-Encoding: chunked\r\n\r\n" + "2800\r\n" + "x".repeat(0x2800) + "\r\n");
            client.send("1\r\nx\r\n");
            assertThat(client.await("\"}")).startsWith("HTTP/1.1 413 ").contains("\"TOO_LARGE\"");
        }
        assertThat(INSIDE.received())
                .allSatisfy(received -> assertThat(received.size()).isEqualTo(-1));
    }

    @Test
    void takesABodyOfTheLargestSize() throws Exception {
        try (Client client = new Client()) {
            client.send("POST /train/7 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + bearer()
                    + "Content-Length: 10240\r\n\r\n" + "x".repeat(10240));
            assertThat(client.read()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void refusesLongUrisAndLargeHeaders() throws Exception {
        assertThat(once("GET /dataset?q=" + "x".repeat(1000) + " HTTP/1.1\r\nHost: localhost\r\n" + bearer()))
                .startsWith("HTTP/1.1 414 ")
                .contains("\"URI_TOO_LONG\"");
        assertThat(once("GET /dataset HTTP/1.1\r\nHost: localhost\r\nX-Large: " + "x".repeat(17_000) + "\r\n"
                        + bearer()))
                .startsWith("HTTP/1.1 400 ");
        assertThat(once("GET /dataset HTTP/1.1\r\nHost: localhost\r\n" + "X-Many: 1\r\n".repeat(101) + bearer()))
                .startsWith("HTTP/1.1 400 ");
        assertThat(INSIDE.received()).isEmpty();
    }

    @Test
    void slowsACompanyDownAndNobodyElse() throws Exception {
        String answer = "";
        for (int i = 0; i < 60; i++) {
            answer = once("GET /model HTTP/1.1\r\nHost: localhost\r\n" + bearer());
            assertThat(answer).startsWith("HTTP/1.1 200");
        }
        assertThat(answer).contains("RateLimit-Policy: \"company\";q=60;w=300", "RateLimit: \"company\";r=0;t=0");
        String refused = once("GET /model HTTP/1.1\r\nHost: localhost\r\n" + bearer());
        assertThat(refused)
                .startsWith("HTTP/1.1 429 ")
                .contains("\"TOO_MANY_REQUESTS\"", "\"CAPACITY\"", "application/problem+json")
                .containsPattern("Retry-After: [1-5]\r\n");
        assertThat(once("GET /model HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                        + TestIdentity.globexScientist() + "\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(INSIDE.received()).hasSize(61);
    }

    /** Two readers of one connection must not disagree about where a request ends. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
                "Content-Length: 5, 5\r\n\r\nhello",
                "Content-Length: +5\r\n\r\nhello",
                "Content-Length: -1\r\n\r\nhello",
                "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5;\n\r\nhello\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
                "Bad Name: 1\r\n\r\n",
                "X-Null: a\u0000b\r\n\r\n"
            })
    void refusesRequestsWhoseEndIsInDoubt(String rest) throws Exception {
        try (Client client = new Client()) {
            client.send("POST /dataset HTTP/1.1\r\nHost: localhost\r\n" + bearer() + rest
                    + "GET /model HTTP/1.1\r\nHost: localhost\r\n" + bearer() + "\r\n");
            assertThat(client.read())
                    .containsPattern("^HTTP/1.1 (400|501) ")
                    .doesNotContain("HTTP/1.1 200")
                    .doesNotContain("\"service\"");
        }
        assertThat(INSIDE.received()).noneMatch(received -> received.method().equals("GET"));
        assertThat(INSIDE.received())
                .allSatisfy(received -> assertThat(received.size()).isEqualTo(-1));
    }

    /** RFC 9112 lets a server take the chunks and must then close the connection. */
    @Test
    void takesNothingAfterARequestWithTwoFramings() throws Exception {
        try (Client client = new Client()) {
            client.send("POST /dataset HTTP/1.1\r\nHost: localhost\r\n" + bearer()
                    + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                    + "GET /model HTTP/1.1\r\nHost: localhost\r\n" + bearer() + "\r\n");
            assertThat(client.read().split("HTTP/1.1 ")).hasSize(2);
        }
        assertThat(INSIDE.received()).allSatisfy(received -> {
            assertThat(received.method()).isEqualTo("POST");
            assertThat(received.headers()).doesNotContainKey("Content-length");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//internal/translation",
                "/dataset//internal/translation",
                "/dataset/..;/internal/translation",
                "/dataset/..;x=1/internal/translation",
                "/dataset/../internal/translation",
                "/dataset/%2e%2e/internal/translation",
                "/dataset/%2E%2E%2Finternal%2Ftranslation",
                "/dataset/..%2finternal/translation",
                "/dataset/%252e%252e/internal/translation",
                "/dataset/..%5cinternal/translation",
                "/dataset/..\\internal/translation",
                "/internal/translation;jsessionid=1",
                "/internal;/translation",
                "/%69nternal/translation",
                "/internal%2ftranslation",
                "/INTERNAL/translation",
                "/dataset/%00/../internal",
                "/dataset/%c0%ae%c0%ae/internal/translation",
                "/./internal/translation",
                "/keys/master",
                "/audit/../keys/master",
                "/contract",
                "http://127.0.0.1/internal/translation",
                "/actuator/prometheus",
                "/actuator/prometheus/",
                "/actuator/../actuator/prometheus",
                "/actuator/%70rometheus",
                "/actuator/prometheus;x=1",
                "/actuator/env",
                "/actuator/heapdump",
                "/actuator"
            })
    void leadsNoPathInside(String path) throws Exception {
        assertThat(once("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + bearer()))
                .containsPattern("^HTTP/1.1 (400|404) ")
                .doesNotContain("jvm_memory");
        assertThat(once("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n" + bearer()))
                .containsPattern("^HTTP/1.1 (400|404|405) ");
        assertThat(INSIDE.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "CONNECT", "TRACK", "FOO"})
    void takesNoStrangeMethods(String method) throws Exception {
        assertThat(once(method + " /dataset HTTP/1.1\r\nHost: localhost\r\n" + bearer()))
                .doesNotContain("HTTP/1.1 200", "HTTP/1.1 500");
        assertThat(INSIDE.received()).isEmpty();
    }

    @Test
    void saysNothingToOtherSitesButThoseConfigured() throws Exception {
        String preflight = "OPTIONS /dataset HTTP/1.1\r\nHost: localhost\r\nAccess-Control-Request-Method: POST\r\n"
                + "Access-Control-Request-Headers: authorization\r\nOrigin: ";
        assertThat(once(preflight + "https://lab.example\r\n"))
                .startsWith("HTTP/1.1 204")
                .contains(
                        "Access-Control-Allow-Origin: https://lab.example\r\n",
                        "Access-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE\r\n",
                        "Authorization",
                        "Vary: Origin")
                .doesNotContain("Allow-Credentials");
        for (String stranger : new String[] {"https://evil.example", "null", "https://lab.example.evil.example"}) {
            assertThat(once(preflight + stranger + "\r\n"))
                    .startsWith("HTTP/1.1 403")
                    .doesNotContain("Access-Control");
            assertThat(once("GET /dataset HTTP/1.1\r\nHost: localhost\r\nOrigin: " + stranger + "\r\n" + bearer()))
                    .startsWith("HTTP/1.1 200")
                    .doesNotContain("Access-Control");
        }
        assertThat(once("GET /dataset HTTP/1.1\r\nHost: localhost\r\nOrigin: https://lab.example\r\n" + bearer()))
                .contains(
                        "Access-Control-Allow-Origin: https://lab.example\r\n",
                        "Access-Control-Expose-Headers: Location");
    }

    @ParameterizedTest
    @CsvSource({"/dataset, true", "/nothing, true", "/dataset, false", "/, false", "/status, false"})
    void tellsBrowsersToBeCareful(String path, boolean withToken) throws Exception {
        String answer = once("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + (withToken ? bearer() : ""));
        for (String header : new String[] {
            "X-Content-Type-Options: nosniff",
            "Referrer-Policy: no-referrer",
            "X-Frame-Options: DENY",
            "Content-Security-Policy: default-src 'none'",
            "Cache-Control: "
        }) {
            assertThat(answer.split(header, -1)).as(header).hasSize(2);
        }
        assertThat(answer)
                .contains("frame-ancestors 'none'")
                .doesNotContain("Server:", "X-Powered-By", "Strict-Transport");
        if (withToken) {
            assertThat(answer).containsPattern("Cache-Control: [^\r]*no-store");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "x\ty", "${jndi:ldap://x}", "<script>"})
    void replacesACorrelationIdThatCouldForgeALog(String id) throws Exception {
        String answer = once("GET /dataset HTTP/1.1\r\nHost: localhost\r\nX-Correlation-Id: " + id + "\r\n"
                + "X-Forwarded-For: 10.9.8.7\r\nX-Real-IP: 10.9.8.7\r\n" + bearer());
        assertThat(answer).startsWith("HTTP/1.1 200").doesNotContain(id);
        assertThat(INSIDE.latest().header("X-Correlation-Id")).matches("[0-9a-f-]{36}");
        assertThat(INSIDE.latest().headers().get("X-Forwarded-For")).containsExactly("127.0.0.1");
    }

    private String bearer() {
        return "Authorization: Bearer " + token + "\r\n";
    }

    private String once(String head) throws IOException {
        try (Client client = new Client()) {
            client.send(head + "Connection: close\r\n\r\n");
            return client.read();
        }
    }

    /** A connection, to say things that no HTTP client says. */
    private final class Client implements AutoCloseable {
        private final Socket socket = new Socket("localhost", port);
        private final InputStream in = socket.getInputStream();
        private final OutputStream out = socket.getOutputStream();
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private boolean ended;

        Client() throws IOException {
            socket.setTcpNoDelay(true);
        }

        /** What the other side does not want to hear any more is no failure here. */
        void send(String text) {
            try {
                out.write(text.getBytes(US_ASCII));
                out.flush();
            } catch (IOException e) {
                ended = true;
            }
        }

        /** Waits a little. */
        boolean isAnswered() throws IOException {
            pause(Duration.ofMillis(200));
            return ended || read.size() > 0;
        }

        void pause(Duration time) throws IOException {
            socket.setSoTimeout((int) time.toMillis());
            try {
                int next = in.read();
                if (next < 0) {
                    ended = true;
                } else {
                    read.write(next);
                }
            } catch (SocketTimeoutException e) {
                assertThat(ended).isFalse();
            }
        }

        String await(String text) throws IOException {
            socket.setSoTimeout(10_000);
            while (!read.toString(US_ASCII).contains(text)) {
                int next = in.read();
                assertThat(next).as("%s", read).isNotNegative();
                read.write(next);
            }
            return read.toString(US_ASCII);
        }

        /** Everything until the connection is closed. */
        String read() throws IOException {
            socket.setSoTimeout(10_000);
            try {
                in.transferTo(read);
            } catch (java.net.SocketException e) {
                ended = true;
            }
            return read.toString(US_ASCII);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
