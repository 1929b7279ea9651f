package io.mlaas.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Headers;
import io.mlaas.testkit.Documentation;
import io.mlaas.testkit.TestIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class GatewayApiTest {
    private static final StubService SHARING = new StubService("sharing");
    private static final StubService TRAINING = new StubService("training");
    private static final String PROBLEM = "application/problem+json";

    /** More than the heap that this module's tests run with. */
    private static final long LARGE = 256L << 20;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final JsonMapper json = JsonMapper.builder().build();

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        TestIdentity.register(registry);
        registry.add("mlaas.services.model-sharing", SHARING::url);
        registry.add("mlaas.services.training", TRAINING::url);
        registry.add("mlaas.services.translation", StubService::nobody);
        registry.add("mlaas.services.blockchain", StubService::nobody);
        registry.add("mlaas.gateway.status-max-age", () -> "0s");
    }

    @BeforeEach
    void forget() {
        SHARING.forget();
        TRAINING.forget();
    }

    @ParameterizedTest
    @CsvSource({
        "/dataset, sharing",
        "/dataset/, sharing",
        "/dataset/7/metadata, sharing",
        "/model, sharing",
        "/model/7?a=1&a=%2F&b=x+y&c, sharing",
        "/metadata/7, sharing",
        "/grants?direction=given, sharing",
        "/dataset/7/grants/8, sharing",
        "/model/demo@champion, sharing",
        "/model/demo:3/aliases/champion, sharing",
        "/webhooks, sharing",
        "/webhooks/7/deliveries, sharing",
        "/scrub, sharing",
        "/scrub/7, sharing",
        "/train, training",
        "/train/7/logs?follow=true, training"
    })
    void passesARequestToTheServiceThatAnswersItsPath(String path, String service) throws Exception {
        HttpResponse<String> answer = send(get(path));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains(service);
        StubService stub = service.equals("sharing") ? SHARING : TRAINING;
        assertThat(stub.latest().uri()).isEqualTo(path);
    }

    @Test
    void passesTheTokenOnAndSaysWhoAskedForIt() throws Exception {
        String token = TestIdentity.acmeScientist();

        send(request("/model").header("Authorization", "Bearer " + token).GET());

        StubService.Received received = SHARING.latest();
        assertThat(received.header("Authorization")).isEqualTo("Bearer " + token);
        assertThat(received.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(received.header("X-Forwarded-Proto")).isEqualTo("http");
        assertThat(received.header("X-Forwarded-Host")).isEqualTo("localhost");
        assertThat(received.header("X-Forwarded-Port")).isEqualTo(Integer.toString(port));
    }

    @Test
    void takesNoInternalHeadersFromOutside() throws Exception {
        send(get("/model")
                .header("X-On-Behalf-Of", TestIdentity.admin())
                .header("x-forwarded-for", "10.0.0.1")
                .header("X-Forwarded-Host", "evil.example")
                .header("X-Forwarded-Prefix", "/evil")
                .header("Forwarded", "for=10.0.0.1")
                .header("Cookie", "session=1")
                .header("X-Custom", "kept"));

        StubService.Received received = SHARING.latest();
        assertThat(received.headers())
                .doesNotContainKeys("X-on-behalf-of", "Forwarded", "X-forwarded-prefix", "Cookie");
        assertThat(received.headers().get("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(received.headers().get("X-Forwarded-Host")).containsExactly("localhost");
        assertThat(received.header("X-Custom")).isEqualTo("kept");
    }

    @Test
    void letsEvenServicesActOnNobodysBehalfFromOutside() throws Exception {
        send(request("/model")
                .header("Authorization", "Bearer " + TestIdentity.service("training-service"))
                .header("X-On-Behalf-Of", TestIdentity.admin())
                .GET());

        assertThat(SHARING.latest().headers()).doesNotContainKey("X-on-behalf-of");
    }

    @Test
    void givesEveryRequestACorrelationId() throws Exception {
        HttpResponse<String> made = send(get("/model"));
        assertThat(made.headers().allValues("X-Correlation-Id")).hasSize(1);
        assertThat(SHARING.latest().header("X-Correlation-Id"))
                .isEqualTo(made.headers().firstValue("X-Correlation-Id").orElseThrow());

        HttpResponse<String> kept = send(get("/model").header("X-Correlation-Id", "mine-1"));
        assertThat(kept.headers().allValues("X-Correlation-Id")).containsExactly("mine-1");
        assertThat(SHARING.latest().header("X-Correlation-Id")).isEqualTo("mine-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/model", "/train/7", "/nothing", "/internal/translation", "/contract"})
    void refusesRequestsWithoutAToken(String path) throws Exception {
        HttpResponse<String> answer = send(request(path).GET());

        assertProblem(answer, 401, "UNAUTHENTICATED");
        assertThat(SHARING.received()).isEmpty();
        assertThat(TRAINING.received()).isEmpty();
    }

    @Test
    void refusesTokensThatAreNotValid() throws Exception {
        for (String token :
                List.of(TestIdentity.expired(), TestIdentity.forged(), TestIdentity.wrongAudience(), "nonsense")) {
            assertProblem(
                    send(request("/model")
                            .header("Authorization", "Bearer " + token)
                            .GET()),
                    401,
                    "UNAUTHENTICATED");
        }
        assertThat(SHARING.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/internal/translation",
                "/internal/model/7/job-credential",
                "/contract",
                "/contract/0x00/verify",
                "/chain",
                "/keys",
                "/keys/master",
                "/datasets"
            })
    void knowsNoOtherPaths(String path) throws Exception {
        assertProblem(send(get(path)), 404, "NOT_FOUND");
        assertProblem(send(get(path).POST(BodyPublishers.ofString("{}"))), 404, "NOT_FOUND");
        assertThat(SHARING.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/dataset/../internal/translation", "/dataset/%2e%2e/internal/x", "/dataset//x", "/model/;a/x"})
    void refusesPathsThatPointElsewhere(String path) throws Exception {
        HttpResponse<String> answer = send(get(path));

        assertProblem(answer, 400, "MALFORMED_REQUEST");
        assertThat(SHARING.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/model/7", "/model/7/"})
    void letsNobodyRegisterAResultFromOutside(String path) throws Exception {
        HttpResponse<String> answer = send(get(path).PUT(BodyPublishers.ofString("result")));

        assertProblem(answer, 403, "FORBIDDEN");
        assertProblem(send(request(path).PUT(BodyPublishers.ofString("x"))), 401, "UNAUTHENTICATED");
        assertThat(SHARING.received()).isEmpty();
    }

    @Test
    void passesErrorsOfServicesOnAsTheyAre() throws Exception {
        String problem = "{\"code\":\"NOT_TRAINED_YET\",\"status\":409}";
        SHARING.on("/model/untrained", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "30");
            StubService.answer(exchange, 409, PROBLEM, problem);
        });

        HttpResponse<String> answer = send(get("/model/untrained"));

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).isEqualTo(problem);
        assertThat(answer.headers().firstValue("Retry-After")).contains("30");
        assertThat(answer.headers().firstValue("Content-Type")).contains(PROBLEM);
    }

    @Test
    void saysThatAServiceIsDown() throws Exception {
        HttpResponse<String> answer = send(get("/translate/7").POST(BodyPublishers.noBody()));

        assertProblem(answer, 503, "UPSTREAM_UNAVAILABLE");
        assertThat(answer.headers().firstValue("Retry-After")).contains("5");
        assertThat(answer.body()).contains("translation-service does not answer");
    }

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

    @Test
    void showsWhatRuns() throws Exception {
        SHARING.on("/actuator/health/readiness", e -> StubService.answer(e, 200, "application/json", "{}"));
        TRAINING.on("/actuator/health/readiness", e -> StubService.answer(e, 503, "application/json", "{}"));

        JsonNode status = json.readTree(send(request("/status").GET()).body());

        assertThat(status.get("status").asString()).isEqualTo("DEGRADED");
        assertThat(status.get("services")
                        .valueStream()
                        .map(s ->
                                s.get("name").asString() + " " + s.get("status").asString()))
                .containsExactly(
                        "gateway-service UP",
                        "model-sharing-service UP",
                        "training-service DOWN",
                        "translation-service UNREACHABLE",
                        "blockchain-service UNREACHABLE");
        assertThat(status.get("account_page").asString()).isEqualTo(TestIdentity.issuer() + "/account");
    }

    @Test
    void servesAStartPageThatRunsOnlyItsOwnScript() throws Exception {
        HttpResponse<String> page = send(request("/").GET());

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html;charset=UTF-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'sha256-", "style-src 'sha256-", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.body()).contains("./mlaas token acme-scientist", "href=\"/docs\"");
        assertThat(page.body()).doesNotContain("src=\"http", "@import");
    }

    @Test
    void servesOneSwaggerUiForAllServices() throws Exception {
        HttpResponse<String> docs = send(request("/docs").GET());
        assertThat(docs.statusCode()).isEqualTo(302);
        String location = docs.headers().firstValue("Location").orElseThrow();
        HttpResponse<String> index =
                send(request(URI.create(location).getRawPath()).GET());
        assertThat(index.statusCode()).isEqualTo(200);
        assertThat(index.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("script-src 'self'");

        HttpResponse<String> config =
                send(request("/openapi.json/swagger-config").GET());
        assertThat(config.statusCode()).isEqualTo(200);
        assertThat(config.body())
                .contains(
                        "/openapi/model-sharing-service.json",
                        "/openapi/training-service.json",
                        "/openapi/translation-service.json");
    }

    @Test
    void commitsItsOwnDocument() throws Exception {
        Documentation.openApiIsCommitted(
                "gateway-service", send(request("/openapi.json").GET()).body());
    }

    @Test
    void showsOfADocumentWhatIsReachableFromOutside() throws Exception {
        SHARING.on("/openapi.json", exchange -> {
            SHARING.record(exchange);
            StubService.answer(exchange, 200, "application/json", """
                    {"openapi":"3.1.0","servers":[{"url":"http://internal:1"}],"paths":{
                     "/dataset/{dataset_id}":{"get":{}},
                     "/model/{model_id}":{"get":{},"put":{}},
                     "/internal/translation":{"post":{}}}}""");
        });

        HttpResponse<String> answer =
                send(request("/openapi/model-sharing-service.json").GET());

        JsonNode document = json.readTree(answer.body());
        assertThat(document.at("/servers/0/url").asString()).isEqualTo("/");
        assertThat(document.get("paths").propertyNames()).containsExactly("/dataset/{dataset_id}", "/model/{model_id}");
        assertThat(document.get("paths").get("/model/{model_id}").propertyNames())
                .containsExactly("get");
        assertThat(SHARING.latest().header("Authorization")).isNull();
    }

    @Test
    void hasNoDocumentForServicesThatUsersDoNotReach() throws Exception {
        assertProblem(send(request("/openapi/blockchain-service.json").GET()), 404, "NOT_FOUND");
        assertProblem(send(request("/openapi/translation-service.json").GET()), 503, "UPSTREAM_UNAVAILABLE");
        assertThat(send(request("/actuator/health/readiness").GET()).statusCode())
                .isEqualTo(200);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    /** A GET with a token; another method replaces it. */
    private HttpRequest.Builder get(String path) {
        return request(path).header("Authorization", "Bearer " + TestIdentity.acmeScientist());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith(PROBLEM);
        JsonNode problem = json.readTree(answer.body());
        assertThat(problem.get("code").asString()).isEqualTo(code);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("correlation_id").asString())
                .isEqualTo(answer.headers().firstValue("X-Correlation-Id").orElseThrow());
        assertThat(answer.body()).doesNotContain("Exception", "org.springframework", "java.");
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
