package io.mlaas.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.testkit.Documentation;
import io.mlaas.testkit.TestIdentity;
import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the gateway answers itself: its status, its pages, the API documents. */
class GatewayPagesTest extends RunningGateway {
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
                        "training-service DOWN",
                        "model-sharing-service UP",
                        "translation-service UNREACHABLE",
                        "online-learning-service UP",
                        "monitoring-service UNREACHABLE",
                        "ppfl-api UNREACHABLE",
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
                        "/openapi/translation-service.json",
                        "/openapi/online-learning-service.json",
                        "/openapi/monitoring-service.json",
                        "/openapi/ppfl-api.json");
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
}
