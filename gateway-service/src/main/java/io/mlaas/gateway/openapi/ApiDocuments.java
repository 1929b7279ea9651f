package io.mlaas.gateway.openapi;

import io.mlaas.gateway.routing.Upstream;
import io.mlaas.gateway.routing.Upstreams;
import io.mlaas.kit.problem.PlatformProblem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Each service's own document, as it looks from here: only what is reachable through the gateway, and at its address. */
@RestController
@Tag(name = "Platform")
class ApiDocuments {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Upstreams upstreams;
    private final HttpClient http;
    private final JsonMapper json;

    ApiDocuments(Upstreams upstreams, HttpClient upstreamHttp, JsonMapper json) {
        this.upstreams = upstreams;
        this.http = upstreamHttp;
        this.json = json;
    }

    @Operation(summary = "The API document of one service")
    @SecurityRequirements
    @PreAuthorize("permitAll()")
    @GetMapping(path = "/openapi/{service}.json", produces = MediaType.APPLICATION_JSON_VALUE)
    JsonNode document(@PathVariable("service") String service) {
        Upstream upstream = upstreams
                .routed(service)
                .orElseThrow(() -> PlatformProblem.NOT_FOUND.because("service: " + service + " (expected: one of "
                        + upstreams.routed().stream().map(Upstream::name).toList() + ")"));
        return fromHere(fetch(upstream), upstream);
    }

    private JsonNode fetch(Upstream upstream) {
        HttpRequest request = HttpRequest.newBuilder(upstream.baseUrl().resolve("/openapi.json"))
                .timeout(TIMEOUT)
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                return json.readTree(answer.body());
            }
            throw PlatformProblem.UPSTREAM_UNAVAILABLE.retryAfter(
                    5, upstream.name() + " answered " + answer.statusCode() + " instead of its API document.");
        } catch (IOException e) {
            throw PlatformProblem.UPSTREAM_UNAVAILABLE.retryAfter(5, upstream.name() + " does not answer.");
        } catch (JacksonException e) {
            throw PlatformProblem.INTERNAL.because(upstream.name() + " serves no valid API document.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PlatformProblem.UPSTREAM_UNAVAILABLE.retryAfter(5, "The gateway is shutting down.");
        }
    }

    private JsonNode fromHere(JsonNode document, Upstream upstream) {
        if (!(document instanceof ObjectNode root)) {
            throw PlatformProblem.INTERNAL.because(upstream.name() + " serves no valid API document.");
        }
        root.set("servers", json.valueToTree(List.of(Map.of("url", "/"))));
        if (root.get("paths") instanceof ObjectNode paths) {
            List<PathPattern> routed = upstream.paths().stream()
                    .map(PathPatternParser.defaultInstance::parse)
                    .toList();
            List<String> hidden = paths.propertyNames().stream()
                    .filter(path ->
                            routed.stream().noneMatch(pattern -> pattern.matches(PathContainer.parsePath(path))))
                    .toList();
            hidden.forEach(paths::remove);
            PathPattern results = PathPatternParser.defaultInstance.parse("/model/{id}");
            paths.properties().stream()
                    .filter(path -> results.matches(PathContainer.parsePath(path.getKey())))
                    .forEach(path -> ((ObjectNode) path.getValue()).remove("put"));
        }
        return root;
    }
}
