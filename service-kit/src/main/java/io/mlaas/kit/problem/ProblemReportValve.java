package io.mlaas.kit.problem;

import io.mlaas.kit.observe.Correlation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers what the container refuses before any filter sees it (a request line or headers that break HTTP or are too long) as
 * problem details instead of with the container's own page.
 */
final class ProblemReportValve extends ErrorReportValve {
    private static final Logger log = LoggerFactory.getLogger(ProblemReportValve.class);

    private final JsonMapper json;

    ProblemReportValve(JsonMapper json) {
        this.json = json;
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        // No filter has given it one.
        String correlationId = UUID.randomUUID().toString();
        log.info("{}: the container refused a request from {}: {}", correlationId, request.getRemoteAddr(), status);
        try {
            response.setHeader(Correlation.HEADER, correlationId);
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.setCharacterEncoding(StandardCharsets.UTF_8.name());
            response.getReporter().write(json.writeValueAsString(body(status, request, correlationId)));
            response.finishResponse();
        } catch (IOException e) {
            throw new UncheckedIOException("the answer to a refused request cannot be sent", e);
        }
    }

    private static ProblemBody body(int status, Request request, String correlationId) {
        String uri = request.getRequestURI();
        ProblemBody body = ProblemBody.of(problem(status), detail(status), uri == null ? "" : uri);
        return new ProblemBody(
                body.type(),
                body.title(),
                status,
                body.detail(),
                body.instance(),
                body.code(),
                body.category(),
                body.remedy(),
                correlationId);
    }

    private static PlatformProblem problem(int status) {
        return switch (status) {
            case 404 -> PlatformProblem.NOT_FOUND;
            case 405, 501 -> PlatformProblem.METHOD_NOT_ALLOWED;
            case 408 -> PlatformProblem.REQUEST_TOO_SLOW;
            case 413, 414, 431 -> PlatformProblem.TOO_LARGE;
            case 503 -> PlatformProblem.UPSTREAM_UNAVAILABLE;
            default -> status < 500 ? PlatformProblem.MALFORMED_REQUEST : PlatformProblem.INTERNAL;
        };
    }

    private static String detail(int status) {
        return "HTTP " + status + " " + HttpStatus.valueOf(status).getReasonPhrase()
                + ": the request line or a header is malformed or too long (expected: HTTP/1.1 by RFC 9112).";
    }
}
