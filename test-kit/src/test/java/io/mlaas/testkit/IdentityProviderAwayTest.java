package io.mlaas.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.testkit.sample.SampleApplication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A service that has never seen the keys that tokens are signed with. */
@SpringBootTest(classes = SampleApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class IdentityProviderAwayTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        TestIdentity.register(registry);
        registry.add("mlaas.security.jwk-set-uri", () -> "http://127.0.0.1:1/certs");
        TestServers.postgres(registry, "sample");
        TestServers.kafka(registry);
    }

    @Test
    void isReportedAsSuchAndNotAsAnErrorOfTheService() throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/who"))
                        .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.body()).contains("UPSTREAM_UNAVAILABLE", "identity provider");
        assertThat(answer.headers().firstValue("Retry-After")).contains("5");
    }
}
