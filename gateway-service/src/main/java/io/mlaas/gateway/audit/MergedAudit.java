package io.mlaas.gateway.audit;

import io.mlaas.api.audit.AuditEntry;
import io.mlaas.api.audit.AuditPage;
import io.mlaas.gateway.routing.Upstream;
import io.mlaas.gateway.routing.Upstreams;
import io.mlaas.kit.audit.AuditQuery;
import io.mlaas.kit.audit.AuditTrail;
import io.mlaas.kit.observe.Correlation;
import io.mlaas.kit.security.CallerAuthentication;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks every service that keeps an audit log, all at once and in the caller's name, and merges the answers by time. An
 * entry's place is the same in every log: one cursor serves them all.
 */
@Component
class MergedAudit implements AuditTrail {
    private static final Logger log = LoggerFactory.getLogger(MergedAudit.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Upstreams upstreams;
    private final HttpClient http;
    private final JsonMapper json;

    MergedAudit(Upstreams upstreams, HttpClient upstreamHttp, JsonMapper json) {
        this.upstreams = upstreams;
        this.http = upstreamHttp;
        this.json = json;
    }

    @Override
    public AuditPage find(AuditQuery query) {
        Map<Upstream, CompletableFuture<Optional<AuditPage>>> asked = new LinkedHashMap<>();
        for (Upstream upstream : upstreams.all()) {
            asked.put(upstream, ask(upstream, query));
        }
        List<AuditEntry> entries = new ArrayList<>();
        List<String> unanswered = new ArrayList<>();
        boolean more = false;
        for (var each : asked.entrySet()) {
            Optional<AuditPage> page = each.getValue().join();
            if (page.isPresent()) {
                entries.addAll(page.get().items());
                more |= page.get().nextCursor() != null;
            } else {
                unanswered.add(each.getKey().name());
            }
        }
        entries.sort(AuditQuery.NEWEST_FIRST);
        List<AuditEntry> shown = entries.subList(0, Math.min(query.limit(), entries.size()));
        boolean ends = !more && entries.size() == shown.size();
        String next = ends ? null : AuditQuery.Position.of(shown.getLast()).cursor();
        return new AuditPage(shown, next, unanswered);
    }

    private CompletableFuture<Optional<AuditPage>> ask(Upstream upstream, AuditQuery query) {
        String parameters = query.parameters().entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        URI uri = upstream.baseUrl().resolve("/audit?" + parameters);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(TIMEOUT);
        if (SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication caller
                && caller.userToken() != null) {
            request.header("Authorization", "Bearer " + caller.userToken());
        }
        String correlation = Correlation.current();
        if (correlation != null) {
            request.header(Correlation.HEADER, correlation);
        }
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                .handle((answer, failure) -> Optional.ofNullable(read(upstream, answer, failure)));
    }

    private @Nullable AuditPage read(
            Upstream upstream, @Nullable HttpResponse<String> answer, @Nullable Throwable failure) {
        if (answer == null || answer.statusCode() != 200) {
            log.warn(
                    "{} does not show its audit log: {}",
                    upstream.name(),
                    answer == null ? "no answer" : "status " + answer.statusCode(),
                    failure);
            return null;
        }
        try {
            return json.readValue(answer.body(), AuditPage.class);
        } catch (JacksonException e) {
            log.warn("{} answers no audit log", upstream.name(), e);
            return null;
        }
    }
}
