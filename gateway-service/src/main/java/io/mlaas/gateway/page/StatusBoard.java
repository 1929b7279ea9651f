package io.mlaas.gateway.page;

import io.mlaas.gateway.page.PlatformStatus.ServiceStatus;
import io.mlaas.gateway.routing.Upstream;
import io.mlaas.gateway.routing.Upstreams;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Asks every service whether it is ready, all at once, and remembers the answers for a moment. */
@Component
class StatusBoard {
    private final Upstreams upstreams;
    private final PageProperties properties;
    private final HttpClient http;
    private @Nullable PlatformStatus latest;

    StatusBoard(Upstreams upstreams, PageProperties properties, HttpClient upstreamHttp) {
        this.upstreams = upstreams;
        this.properties = properties;
        this.http = upstreamHttp;
    }

    synchronized PlatformStatus now() {
        PlatformStatus known = latest;
        if (known != null
                && Duration.between(known.checkedAt(), Instant.now()).compareTo(properties.statusMaxAge()) < 0) {
            return known;
        }
        PlatformStatus fresh = ask();
        latest = fresh;
        return fresh;
    }

    private PlatformStatus ask() {
        List<CompletableFuture<ServiceStatus>> asked =
                upstreams.all().stream().map(this::ask).toList();
        List<ServiceStatus> services = new ArrayList<>();
        services.add(new ServiceStatus(
                "gateway-service",
                "the entrance: routes, identity, this page",
                "UP",
                0,
                List.of("/"),
                "/openapi.json"));
        asked.forEach(answer -> services.add(answer.join()));
        boolean allUp = services.stream().allMatch(service -> service.status().equals("UP"));
        String account = properties.accountPage();
        return new PlatformStatus(
                allUp ? "UP" : "DEGRADED",
                Instant.now(),
                account == null || account.isBlank() ? null : account,
                services);
    }

    private CompletableFuture<ServiceStatus> ask(Upstream upstream) {
        HttpRequest readiness = HttpRequest.newBuilder(upstream.baseUrl().resolve("/actuator/health/readiness"))
                .timeout(properties.statusTimeout())
                .build();
        long asked = System.nanoTime();
        return http.sendAsync(readiness, HttpResponse.BodyHandlers.discarding())
                .handle((answer, failure) -> new ServiceStatus(
                        upstream.name(),
                        upstream.purpose(),
                        failure == null ? (answer.statusCode() == 200 ? "UP" : "DOWN") : "UNREACHABLE",
                        Duration.ofNanos(System.nanoTime() - asked).toMillis(),
                        upstream.paths(),
                        upstream.isRouted() ? "/openapi/" + upstream.name() + ".json" : null));
    }
}
