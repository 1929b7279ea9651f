package io.mlaas.gateway;

import static io.mlaas.testkit.authorization.AuthorizationMatrix.ADMIN;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.api.sharing.PublishedPages;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TokenContract;
import io.mlaas.testkit.authorization.AuthorizationMatrix;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class AuthorizationTest {
    private static final StubService INSIDE = new StubService("inside");
    private static final String FORGED = TestIdentity.forged();
    private static final Path DOCUMENTS = Path.of(System.getProperty("mlaas.home", ".."), "docs/openapi");

    /** Of services that users reach, but for jobs inside only. */
    private static final Set<String> FOR_JOBS = Set.of("PUT /model/{model_id}");

    /** Readable without a token if the registry says so, or ppfl-api. */
    private static final Set<String> FOR_STRANGERS = Stream.concat(
                    PublishedPages.NAMES.stream().map("/model/{model_id}/"::concat),
                    Stream.of("/federations/{id}/page", "/federations/{id}/events", "/federations/{id}/report"))
            .collect(Collectors.toUnmodifiableSet());

    /** Answered by the gateway itself, from all services. */
    private static final Set<String> OWN = Set.of("GET /audit");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping handlers;

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

    @Test
    void everyOperationLetsInThoseWhoMayAndNobodyElse() {
        new AuthorizationMatrix("gateway-service", "http://localhost:" + port, handlers)
                .open("page")
                .open("status")
                .open("document")
                .with("document", "service", "training-service")
                .company("audit", OPERATOR, ADMIN)
                .verify();
    }

    @Test
    void takesNoTokenButThePlatformsOwn() throws Exception {
        new TokenContract(URI.create("http://localhost:" + port + "/model")).verify();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model-sharing-service",
                "training-service",
                "translation-service",
                "online-learning-service",
                "monitoring-service",
                "ppfl-api",
                "blockchain-service"
            })
    void passesOnWhatIsForUsersOnceTheTokenIsGoodAndNothingElse(String service) throws Exception {
        JsonNode document = JsonMapper.shared().readTree(Files.readString(DOCUMENTS.resolve(service + ".json")));
        for (var path : document.path("paths").properties()) {
            for (String name : path.getValue().propertyNames()) {
                String method = name.toUpperCase(Locale.ROOT);
                String operation = method + " " + path.getKey();
                boolean forUsers = !service.equals("blockchain-service")
                        && !path.getKey().startsWith("/internal/")
                        && !path.getKey().startsWith("/keys/")
                        && !FOR_JOBS.contains(operation);
                INSIDE.forget();
                String uri =
                        path.getKey().replaceAll("\\{[^}]*}", UUID.randomUUID().toString());

                boolean open = method.equals("GET") && FOR_STRANGERS.contains(path.getKey());
                assertThat(ask(method, uri, null))
                        .as("%s without a token", operation)
                        .isEqualTo(open ? 200 : 401);
                assertThat(INSIDE.received()).as(operation).hasSize(open ? 1 : 0);
                INSIDE.forget();
                for (String bad : List.of(TestIdentity.expired(), FORGED, "mlj_" + "A".repeat(43))) {
                    assertThat(ask(method, uri, bad))
                            .as("%s with a bad token", operation)
                            .isEqualTo(401);
                }
                assertThat(INSIDE.received()).as(operation).isEmpty();
                if (OWN.contains(operation)) {
                    continue;
                }
                int answer = ask(method, uri, TestIdentity.acmeScientist());
                assertThat(answer).as("%s with a token", operation).isIn(forUsers ? Set.of(200) : Set.of(403, 404));
                assertThat(INSIDE.received()).as(operation).hasSize(forUsers ? 1 : 0);
                if (!forUsers) {
                    ask(method, uri, TestIdentity.service("training-service"));
                    assertThat(INSIDE.received())
                            .as("%s by a service", operation)
                            .isEmpty();
                }
            }
        }
    }

    private int ask(String method, String uri, @Nullable String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + uri))
                .timeout(Duration.ofSeconds(30))
                .method(method, BodyPublishers.noBody());
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<Void> response = http.send(request.build(), BodyHandlers.discarding());
        return response.statusCode();
    }
}
