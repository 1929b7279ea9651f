package io.mlaas.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** With a certificate of its own making, as docs/operations.md says; here a scraper may read metrics. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "server.ssl.bundle=gateway",
            "spring.ssl.bundle.jks.gateway.keystore.password=changeit",
            "mlaas.gateway.scrapers=127.0.0.1,::1",
            "management.endpoints.web.exposure.include=*"
        })
class TlsTest {
    private static final StubService INSIDE = new StubService("inside");
    private static final Path KEYS = keys();

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        TestIdentity.register(registry);
        registry.add("spring.ssl.bundle.jks.gateway.keystore.location", () -> KEYS.toUri()
                .toString());
        registry.add("mlaas.services.model-sharing", INSIDE::url);
    }

    private static Path keys() {
        try {
            Path file = Files.createTempDirectory("mlaas-tls").resolve("gateway.p12");
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "gateway",
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "SAN=dns:localhost,ip:127.0.0.1",
                            "-validity",
                            "2",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            "changeit",
                            "-keystore",
                            file.toString())
                    .inheritIO()
                    .start();
            assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void speaksTlsAndTellsBrowsersToStayWithIt(String version) throws Exception {
        HttpResponse<String> answer = client(version)
                .send(
                        HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/dataset"))
                                .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo(version);
        assertThat(answer.headers().firstValue("Strict-Transport-Security").orElseThrow())
                .contains("max-age=31536000");
        assertThat(INSIDE.latest().header("X-Forwarded-Proto")).isEqualTo("https");
    }

    /** A hello that offers nothing newer, byte by byte (RFC 4346): no client library would send it any more. */
    @ParameterizedTest
    @ValueSource(ints = {0x0301, 0x0302})
    void refusesOlderVersions(int version) throws Exception {
        ByteBuffer hello = ByteBuffer.allocate(200);
        hello.put((byte) 22).putShort((short) 0x0301).putShort((short) 0);
        hello.put((byte) 1).put((byte) 0).putShort((short) 0);
        hello.putShort((short) version).put(new byte[32]).put((byte) 0);
        hello.putShort((short) 4).putShort((short) 0xc009).putShort((short) 0xc013);
        hello.put((byte) 1).put((byte) 0);
        hello.putShort(3, (short) (hello.position() - 5)).putShort(7, (short) (hello.position() - 9));
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(hello.array(), 0, hello.position());
            byte[] answer = socket.getInputStream().readNBytes(7);
            assertThat(answer[0]).as("an alert").isEqualTo((byte) 21);
            assertThat(answer[5]).as("that is fatal").isEqualTo((byte) 2);
            assertThat(answer[6]).as("protocol_version").isEqualTo((byte) 70);
        }
    }

    @Test
    void doesNotSpeakPlainHttpThere() throws Exception {
        HttpResponse<Void> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/status"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());

        assertThat(answer.statusCode()).isEqualTo(400);
    }

    @Test
    void showsMetricsToAScraperAndNothingElse() throws Exception {
        assertThat(get("/actuator/prometheus").body()).contains("jvm_memory_used_bytes");
        assertThat(get("/actuator/health").statusCode()).isIn(200, 503);
        assertThat(get("/actuator/env").statusCode()).isEqualTo(401);
        assertThat(get("/actuator/heapdump").statusCode()).isEqualTo(401);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client("TLSv1.3")
                .send(
                        HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static HttpClient client(String version) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(KEYS)) {
            trusted.load(file, "changeit".toCharArray());
        }
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("gateway", trusted.getCertificate("gateway"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        var parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(new String[] {version});
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(context)
                .sslParameters(parameters)
                .build();
    }
}
