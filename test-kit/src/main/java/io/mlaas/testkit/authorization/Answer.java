package io.mlaas.testkit.authorization;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a service answered. */
record Answer(int status, String body, Set<String> headers, boolean bodiless) {
    private static final Set<String> VARYING = Set.of("date", "x-correlation-id", "connection", "keep-alive");

    static Answer of(HttpResponse<byte[]> response) {
        Set<String> headers = response.headers().map().keySet().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(name -> !VARYING.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        return new Answer(
                response.statusCode(),
                new String(response.body(), StandardCharsets.UTF_8),
                headers,
                response.request().method().equals("HEAD"));
    }

    boolean isRefusedForRole() {
        return status == 403 && (bodiless || body.contains("\"FORBIDDEN\""));
    }

    boolean isRefusedForToken() {
        return status == 401;
    }

    /** The same but for what was asked for and the request's own number. */
    Answer without(String asked) {
        return new Answer(
                status,
                body.replace(asked, "…").replaceAll("\"correlation_id\":\"[^\"]*\"", "\"correlation_id\":\"…\""),
                headers,
                bodiless);
    }
}
