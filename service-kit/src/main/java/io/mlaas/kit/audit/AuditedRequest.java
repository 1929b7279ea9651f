package io.mlaas.kit.audit;

import io.mlaas.kit.observe.Correlation;
import io.mlaas.kit.security.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerMapping;

/** A changing request while it is served: what its entry says, and whether that was written yet. */
final class AuditedRequest implements Audited {
    static final String ATTRIBUTE = AuditedRequest.class.getName();

    private static final int LONGEST_PATH = 500;
    private static final Pattern UUID_IN_TEXT = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern CREDENTIAL = Pattern.compile("ml[jd]_[A-Za-z0-9_-]+|eyJ[A-Za-z0-9_.-]{16,}");

    private final UUID id = UUID.randomUUID();
    private final Instant at = Instant.now().truncatedTo(ChronoUnit.MICROS);
    private final Caller caller;
    private final @Nullable String actingService;
    private final HttpServletRequest request;
    private final String source;
    private final @Nullable String correlationId = Correlation.current();
    private final Set<UUID> assets = new LinkedHashSet<>();
    private boolean written;
    private boolean changes = true;

    AuditedRequest(Caller caller, @Nullable String actingService, HttpServletRequest request, String source) {
        this.caller = caller;
        this.actingService = actingService;
        this.request = request;
        this.source = source;
    }

    @Override
    public UUID id() {
        return id;
    }

    @Override
    public Instant at() {
        return at;
    }

    @Override
    public Caller caller() {
        return caller;
    }

    @Override
    public @Nullable String actingService() {
        return actingService;
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    /** The pattern that the path matches, once one was found. */
    @Override
    public @Nullable String operation() {
        Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        return pattern == null ? null : pattern.toString();
    }

    /** Without the query, and without anything that looks like a credential. */
    @Override
    public String path() {
        String path = CREDENTIAL.matcher(request.getRequestURI()).replaceAll("…");
        return path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) + "…" : path;
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public @Nullable String correlationId() {
        return correlationId;
    }

    synchronized void about(UUID asset) {
        assets.add(asset);
    }

    /** Every id in a text. */
    void aboutAnyIn(@Nullable String text) {
        if (text != null) {
            UUID_IN_TEXT
                    .matcher(text.toLowerCase(Locale.ROOT))
                    .results()
                    .forEach(found -> about(UUID.fromString(found.group())));
        }
    }

    @Override
    public synchronized Set<UUID> assets() {
        if (request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables) {
            variables.values().forEach(value -> aboutAnyIn(String.valueOf(value)));
        }
        aboutAnyIn(request.getQueryString());
        return Set.copyOf(assets);
    }

    synchronized void changesNothing() {
        changes = false;
    }

    synchronized boolean changes() {
        return changes;
    }

    synchronized boolean isWritten() {
        return written;
    }

    synchronized void nowWritten() {
        written = true;
    }
}
