package io.mlaas.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.testkit.TestIdentity;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is passed on to whom, and what is refused at the door. */
class GatewayApiTest extends RunningGateway {
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
        "/train/7/logs?follow=true, training",
        "/model/7/reproduce, training",
        "/model/7/reproduce/8, training"
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
}
