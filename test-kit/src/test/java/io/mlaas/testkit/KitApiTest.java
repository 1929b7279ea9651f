package io.mlaas.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.kit.client.ServiceClients;
import io.mlaas.testkit.sample.SampleApplication;
import io.mlaas.testkit.sample.Uploads;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What service-kit gives every service, asked over HTTP. */
@SpringBootTest(classes = SampleApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class KitApiTest {
    private static final String JSON = "application/json";
    private static final UUID ID = UUID.fromString("62e8efbc-47e5-4e60-abe5-8fb8a7b676ba");

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.builder().build();

    @LocalServerPort
    private int port;

    @Autowired
    private ServiceClients clients;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        TestIdentity.register(registry);
        TestServers.postgres(registry, "sample");
        TestServers.kafka(registry);
    }

    @Test
    void answersJsonInSnakeCase() throws Exception {
        HttpResponse<String> answer = post("/thing", JSON, "{\"full_name\":\"a\",\"size\":1}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"full_name\":\"a\",\"size\":1,\"unit\":null}");
        assertThat(answer.headers().firstValue("Content-Length"))
                .contains(String.valueOf(answer.body().length()));
    }

    @Test
    void saysWhatAProblemIsInEveryMember() throws Exception {
        HttpResponse<String> answer = send(request("/failure/busy").header("X-Correlation-Id", "c-1"));

        assertThat(answer.statusCode()).isEqualTo(401);
        answer = send(as(TestIdentity.nobody(), "/failure/busy").header("X-Correlation-Id", "c-1"));
        assertThat(answer.headers().firstValue("Retry-After")).contains("7");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json.readTree(answer.body())).isEqualTo(json.readTree("""
                {"type":"urn:mlaas:problem:BUSY","title":"Everything is taken","status":503,
                 "detail":"slots: 4 of 4 taken","instance":"/failure/busy","code":"BUSY","category":"CAPACITY",
                 "remedy":"Wait.","correlation_id":"c-1"}"""));
    }

    @Test
    void namesWhatIsWrongInARequest() throws Exception {
        assertProblem(get("/thing/7?size=1"), 400, "MALFORMED_REQUEST", "id: 7 (expected: UUID)");
        assertProblem(get("/thing/" + ID + "?size=x"), 400, "MALFORMED_REQUEST", "size: x (expected: int)");
        assertProblem(get("/thing/" + ID), 400, "MALFORMED_REQUEST", "size");
        assertProblem(
                post("/thing", JSON, "{\"full_name\":"), 400, "MALFORMED_REQUEST", "not whole JSON: it ends at line 1");
        assertProblem(
                post("/thing", JSON, "{\"full_name\":\"a\",\"size\":{}}"),
                400,
                "MALFORMED_REQUEST",
                "$.size (line 1, column");
        assertProblem(
                post("/thing", JSON, "{\"full_name\":\" \",\"size\":-1}"),
                422,
                "INVALID_REQUEST",
                "fullName:   (must not be blank); size: -1 (must be greater than 0)");
        assertProblem(post("/thing", "text/csv", "a"), 415, "UNSUPPORTED_MEDIA_TYPE", "text/csv");
        assertProblem(
                send(as(TestIdentity.acmeScientist(), "/thing/" + ID + "?size=1")
                        .header("Accept", "image/png")),
                406,
                "NOT_ACCEPTABLE",
                "");
        assertProblem(get("/nothing"), 404, "NOT_FOUND", "");
        HttpResponse<String> put =
                send(as(TestIdentity.acmeScientist(), "/thing").PUT(BodyPublishers.noBody()));
        assertProblem(put, 405, "METHOD_NOT_ALLOWED", "PUT");
        assertThat(put.headers().firstValue("Allow")).contains("POST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /thing\u0001 HTTP/1.1\r\nHost: localhost\r\n",
                "GET /thing HTTP/1.1\r\n",
                "GET /%zz HTTP/1.1\r\nHost: localhost\r\n",
                "GET /thing HTTP/1.1\r\nHost: localhost\r\nHost: elsewhere\r\n",
                "POST /thing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
                "GET /thing HTTP/1.1\r\nHost: localhost\r\nX-Long: LONG\r\n"
            })
    void tellsInProblemDetailsWhyItCannotReadTheRequestItself(String head) throws Exception {
        String answer = raw(head.replace("LONG", "a".repeat(40_000)) + "Connection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 4").contains("Content-Type: application/problem+json");
        JsonNode problem = json.readTree(answer.substring(answer.indexOf('{'), answer.lastIndexOf('}') + 1));
        assertThat(problem.get("code").asString()).isEqualTo("MALFORMED_REQUEST");
        assertThat(answer).doesNotContain("<html", "Tomcat");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"full_name\":1,\"size\":1}",
                "{\"full_name\":true,\"size\":1}",
                "{\"full_name\":1.5,\"size\":1}",
                "{\"full_name\":\"a\",\"size\":\"1\"}",
                "{\"full_name\":\"a\",\"size\":1.5}",
                "{\"full_name\":\"a\",\"size\":true}",
                "{\"full_name\":\"a\",\"size\":1,\"unit\":0}",
                "{\"full_name\":\"a\",\"size\":1,\"unit\":false}"
            })
    void guessesNoOtherTypeThanTheDocuments(String thing) throws Exception {
        assertProblem(post("/thing", JSON, thing), 400, "MALFORMED_REQUEST", "not of the right type");
    }

    @Test
    void keepsWhatFailedInsideToItself() throws Exception {
        HttpResponse<String> answer = get("/failure/unexpected");

        assertProblem(answer, 500, "INTERNAL", "could not be completed");
        assertThat(answer.body()).doesNotContain("insert", "hunter2", "DataIntegrity");
    }

    @Test
    void refusesParametersThatCannotBeWhatTheySayAndNamesNoClasses() throws Exception {
        HttpResponse<String> twice = get("/thing/" + ID + "?size=a&size=b");
        HttpResponse<String> control = get("/thing/" + ID + "?size=1&%C2%9E%1F=1");
        HttpResponse<String> broken = get("/thing/" + ID + "?size=1&a=%FF%FE%00");

        assertThat(twice.statusCode()).isEqualTo(400);
        assertThat(twice.body()).contains("size: [a, b] (expected: int)").doesNotContain("java.lang");
        assertThat(control.statusCode()).isLessThan(500);
        assertThat(broken.statusCode()).isLessThan(500);
    }

    @Test
    void knowsEveryMethodButTakesOnlyTheDocumentedOnes() throws Exception {
        for (String method : List.of("QUERY", "PATCH", "TRACE")) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/thing"))
                            .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                            .method(method, BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());

            assertThat(answer.statusCode()).as(method).isEqualTo(405);
        }
    }

    @Test
    void answersWhatTheContainerRefusesAsAProblemToo() throws Exception {
        assertProblem(get("/thing/%2e%2e/who"), 400, "MALFORMED_REQUEST", "");
        assertThat(raw("GET /thing/{x} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .doesNotContain("Apache Tomcat", "Exception")
                .contains("X-Correlation-Id: ", "\"correlation_id\":\"");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closesTheConnectionOfAnAnswerThatFailsAfterItBegan(boolean length) {
        assertThatThrownBy(() -> get("/failure/answered?length=" + length)).isInstanceOf(IOException.class);
    }

    @Test
    void refusesTokensThatAreNotForThisPlatform() throws Exception {
        assertProblem(send(request("/who")), 401, "UNAUTHENTICATED", "There is no access token");
        for (String token : List.of(
                TestIdentity.expired(),
                TestIdentity.forged(),
                TestIdentity.wrongAudience(),
                unsigned(TestIdentity.acmeScientist()),
                "nonsense")) {
            HttpResponse<String> answer = send(as(token, "/who"));
            assertProblem(answer, 401, "UNAUTHENTICATED", "not valid");
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        }
    }

    @Test
    void refusesTheWrongRole() throws Exception {
        assertProblem(send(as(TestIdentity.acmeOperator(), "/thing/" + ID + "?size=1")), 403, "FORBIDDEN", "role");
    }

    @Test
    void knowsWhoCalls() throws Exception {
        JsonNode who = json.readTree(get("/who").body());

        assertThat(who.get("subject").asString()).isEqualTo(TestIdentity.ACME_SCIENTIST.toString());
        assertThat(who.get("name").asString()).isEqualTo("acme-scientist");
        assertThat(who.get("organization_id").asString()).isEqualTo(TestIdentity.ACME.toString());
        assertThat(roles(who)).containsExactly("DATA_SCIENTIST");
    }

    @Test
    void letsAServiceActForAUser() throws Exception {
        JsonNode who = json.readTree(send(as(TestIdentity.service("translation-service"), "/who")
                        .header("X-On-Behalf-Of", TestIdentity.globexScientist()))
                .body());

        assertThat(who.get("name").asString()).isEqualTo("globex-scientist");
        assertThat(who.get("organization_id").asString()).isEqualTo(TestIdentity.GLOBEX.toString());
        assertThat(roles(who)).containsExactly("DATA_SCIENTIST", "SERVICE");
    }

    @Test
    void letsNobodyElseActForAUser() throws Exception {
        assertProblem(
                send(as(TestIdentity.acmeScientist(), "/who").header("X-On-Behalf-Of", TestIdentity.admin())),
                403,
                "FORBIDDEN",
                "Only a service");
        assertProblem(
                send(request("/who").header("X-On-Behalf-Of", TestIdentity.admin())),
                403,
                "FORBIDDEN",
                "Only a service");
        for (String token : List.of(TestIdentity.expired(), TestIdentity.forged(), "nonsense")) {
            assertProblem(
                    send(as(TestIdentity.service("training-service"), "/who").header("X-On-Behalf-Of", token)),
                    401,
                    "UNAUTHENTICATED",
                    "X-On-Behalf-Of");
        }
    }

    @Test
    void callsOtherServicesAsItselfForItsUser() throws Exception {
        HttpResponse<String> answer = send(
                as(TestIdentity.acmeScientist(), "/relay?to=" + url("/who")).header("X-Correlation-Id", "relayed-1"));

        JsonNode who = json.readTree(answer.body());
        assertThat(who.get("name").asString()).isEqualTo("acme-scientist");
        assertThat(roles(who)).containsExactly("DATA_SCIENTIST", "SERVICE");
        assertThat(who.get("correlation").asString()).isEqualTo("relayed-1");
    }

    @Test
    void callsOtherServicesForNobodyWhereThereIsNoUser() throws Exception {
        JsonNode who =
                json.readTree(clients.restClient(url("/who")).get().retrieve().body(String.class));

        assertThat(who.get("name").asString()).isEqualTo("service-account-sample-service");
        assertThat(roles(who)).containsExactly("SERVICE");
    }

    @Test
    void saysThatAnotherServiceIsGoneOrRefused() throws Exception {
        HttpResponse<String> gone = get("/relay?to=http://127.0.0.1:1/who");
        assertProblem(gone, 503, "UPSTREAM_UNAVAILABLE", "cannot be reached");
        assertThat(gone.headers().firstValue("Retry-After")).contains("5");

        assertProblem(get("/failure/unreachable"), 503, "UPSTREAM_UNAVAILABLE", "cannot be reached");
        assertProblem(get("/failure/database"), 503, "UPSTREAM_UNAVAILABLE", "cannot be reached");
        assertProblem(get("/failure/rollback?commit=false"), 503, "UPSTREAM_UNAVAILABLE", "cannot be reached");
        assertProblem(get("/failure/rollback?commit=true"), 503, "UPSTREAM_UNAVAILABLE", "cannot be reached");
        assertProblem(get("/relay?to=" + url("/failure/unexpected")), 503, "UPSTREAM_UNAVAILABLE", "unavailable");
        assertProblem(get("/relay?to=" + url("/failure/busy")), 503, "UPSTREAM_UNAVAILABLE", "busy");
        assertProblem(get("/relay?to=" + url("/failure/expired")), 503, "UPSTREAM_UNAVAILABLE", "unavailable");
        assertProblem(get("/relay?to=" + url("/nothing")), 500, "INTERNAL", "refused its request");
    }

    @Test
    void sendsFilesToOtherServicesPieceByPiece() {
        Long size = clients.restClient(url("/upload"))
                .post()
                .body(out -> {
                    for (int i = 0; i < 3; i++) {
                        out.write(new byte[100_000]);
                        out.flush();
                        Uploads.awaitPieces(i == 0 ? 50 : 100);
                    }
                })
                .retrieve()
                .body(Long.class);

        assertThat(size).isEqualTo(300_000);
    }

    @Test
    void givesEveryRequestACorrelationIdThatIsSafeToLog() throws Exception {
        String made = get("/who").headers().firstValue("X-Correlation-Id").orElseThrow();
        assertThat(UUID.fromString(made)).isNotNull();

        HttpResponse<String> kept =
                send(as(TestIdentity.acmeScientist(), "/who").header("X-Correlation-Id", "order-7.a_b"));
        assertThat(kept.headers().firstValue("X-Correlation-Id")).contains("order-7.a_b");
        assertThat(json.readTree(kept.body()).get("correlation").asString()).isEqualTo("order-7.a_b");

        for (String forged : List.of("a b", "x".repeat(65), "a;rm", "<script>")) {
            HttpResponse<String> replaced =
                    send(as(TestIdentity.acmeScientist(), "/who").header("X-Correlation-Id", forged));
            assertThat(UUID.fromString(
                            replaced.headers().firstValue("X-Correlation-Id").orElseThrow()))
                    .isNotNull();
        }
    }

    @Test
    void describesItselfToAnybody() throws Exception {
        HttpResponse<String> document = send(request("/openapi.json"));
        assertThat(document.statusCode()).isEqualTo(200);
        assertThat(json.readTree(document.body()).get("paths").propertyNames())
                .contains("/thing/{id}")
                .doesNotContain("/error");
        assertThat(send(request("/openapi.json/swagger-config")).statusCode()).isEqualTo(200);
        assertThat(send(request("/docs")).statusCode()).isEqualTo(302);
        assertThat(send(request("/swagger-ui/index.html")).statusCode()).isEqualTo(200);
        assertThat(send(request("/actuator/health/readiness")).statusCode()).isEqualTo(200);
        assertThat(send(request("/actuator/env")).statusCode()).isEqualTo(401);
    }

    private URI url(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url(path)).timeout(Duration.ofSeconds(20));
    }

    private HttpRequest.Builder as(String token, String path) {
        return request(path).header("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(as(TestIdentity.acmeScientist(), path));
    }

    private HttpResponse<String> post(String path, String type, String body) throws IOException, InterruptedException {
        return send(as(TestIdentity.acmeScientist(), path)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("localhost", port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> roles(JsonNode who) {
        return who.get("roles").valueStream().map(JsonNode::asString).toList();
    }

    /** The same claims under algorithm {@code none}. */
    private static String unsigned(String token) {
        String header = java.util.Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        return header + "." + token.split("\\.")[1] + ".";
    }

    private void assertProblem(HttpResponse<String> answer, int status, String code, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        JsonNode problem = json.readTree(answer.body());
        assertThat(problem.get("type").asString()).isEqualTo("urn:mlaas:problem:" + code);
        assertThat(problem.get("code").asString()).isEqualTo(code);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asString()).contains(detail);
        assertThat(problem.propertyNames())
                .containsExactlyInAnyOrder(
                        "type",
                        "title",
                        "status",
                        "detail",
                        "instance",
                        "code",
                        "category",
                        "remedy",
                        "correlation_id");
        assertThat(answer.body()).doesNotContain("Exception", "springframework", "java.lang", "io.mlaas");
    }
}
