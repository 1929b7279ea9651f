package io.mlaas.gateway.routing;

import io.mlaas.gateway.limit.BodyLimits;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.server.mvc.common.MvcUtils;
import org.springframework.cloud.gateway.server.mvc.handler.ProxyExchange;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Passes one request on and its answer back, in pieces. It takes the place of the gateway library's own exchange, whose
 * timeout covers the whole transfer, which reads an abandoned download to its end, and which ends a download in the
 * normal way after the service broke it off.
 */
final class StreamingExchange implements ProxyExchange {
    private static final Logger log = LoggerFactory.getLogger(StreamingExchange.class);
    private static final int RETRY_SECONDS = 5;

    /** What the HTTP client sets by itself. */
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("connection", "content-length", "expect", "host", "upgrade", "http2-settings");

    private static final Set<String> LOCATIONS = Set.of(HttpHeaders.LOCATION, HttpHeaders.CONTENT_LOCATION);

    private final HttpClient http;
    private final Duration responseTimeout;
    private final BodyLimits limits;

    StreamingExchange(HttpClient http, Duration responseTimeout, BodyLimits limits) {
        this.http = http;
        this.responseTimeout = responseTimeout;
        this.limits = limits;
    }

    @Override
    public ServerResponse exchange(Request request) {
        String upstream = String.valueOf(
                request.getServerRequest().attributes().getOrDefault(MvcUtils.GATEWAY_ROUTE_ID_ATTR, "a service"));
        RequestBody body = bodyOf(request.getServerRequest());
        try {
            HttpResponse<InputStream> answer = await(
                    http.sendAsync(onwards(request, body), BodyHandlers.ofInputStream()),
                    body,
                    upstream,
                    request.getServerRequest());
            var response = new PassedResponse(
                    upstream, HttpStatusCode.valueOf(answer.statusCode()), answer.body(), () -> release(body));
            var seen = new Answer(answer.statusCode(), headersOf(answer, request));
            request.getResponseConsumers().forEach(consumer -> consumer.accept(seen, response));
            return response;
        } catch (ProblemException e) {
            release(body);
            throw e;
        }
    }

    private record Answer(int status, HttpHeaders headers) implements Response {
        @Override
        public HttpStatusCode getStatusCode() {
            return HttpStatusCode.valueOf(status);
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }
    }

    private @Nullable RequestBody bodyOf(ServerRequest request) {
        try {
            return RequestBody.of(request.servletRequest(), limits.most(request), limits.pace());
        } catch (RequestBody.TooLargeException e) {
            throw tooLarge(request);
        } catch (IOException e) {
            throw PlatformProblem.MALFORMED_REQUEST.because("The request's body cannot be read.", e);
        }
    }

    private HttpRequest onwards(Request request, @Nullable RequestBody body) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(target(request))
                .method(request.getMethod().name(), body == null ? BodyPublishers.noBody() : body);
        request.getHeaders().forEach((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> builder.header(name, value));
            }
        });
        return builder.build();
    }

    /** Path and query exactly as they came: the gateway library sorts parameters and encodes them anew. */
    private static URI target(Request request) {
        URI service = Objects.requireNonNull(request.getUri(), "a route without a target");
        HttpServletRequest asked = request.getServerRequest().servletRequest();
        String query = asked.getQueryString();
        return URI.create(service.getScheme() + "://" + service.getRawAuthority() + asked.getRequestURI()
                + (query == null ? "" : "?" + query));
    }

    private ProblemException tooLarge(ServerRequest request) {
        return PlatformProblem.TOO_LARGE.because("body: larger than %d bytes, the limit set by %s"
                .formatted(limits.most(request), limits.setting(request)));
    }

    /** Why the client's body did not come whole. */
    private ProblemException broken(IOException cause, ServerRequest request, String upstream) {
        if (cause instanceof RequestBody.TooLargeException) {
            return tooLarge(request);
        }
        if (cause instanceof RequestBody.TooSlowException || cause.getCause() instanceof SocketTimeoutException) {
            return PlatformProblem.REQUEST_TOO_SLOW.because("The request's body came too slowly.");
        }
        log.info("the client's request to {} broke off", upstream);
        return PlatformProblem.MALFORMED_REQUEST.because("The request's body broke off.", cause);
    }

    private HttpResponse<InputStream> await(
            CompletableFuture<HttpResponse<InputStream>> answer,
            @Nullable RequestBody body,
            String upstream,
            ServerRequest request) {
        Duration wait = responseTimeout;
        try {
            while (true) {
                try {
                    return answer.get(wait.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    Duration idle = body == null ? responseTimeout : body.idle();
                    if (idle.compareTo(responseTimeout) >= 0) {
                        answer.cancel(true);
                        throw PlatformProblem.UPSTREAM_UNAVAILABLE.retryAfter(
                                RETRY_SECONDS, upstream + " did not answer within " + responseTimeout + ".");
                    }
                    wait = responseTimeout.minus(idle).plusMillis(1);
                }
            }
        } catch (ExecutionException e) {
            IOException broken = body == null ? null : body.broken();
            if (broken != null) {
                throw broken(broken, request, upstream);
            }
            log.warn("{} does not answer", upstream, e.getCause());
            throw PlatformProblem.UPSTREAM_UNAVAILABLE.retryAfter(RETRY_SECONDS, upstream + " does not answer.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.cancel(true);
            throw PlatformProblem.UPSTREAM_UNAVAILABLE.retryAfter(RETRY_SECONDS, "The gateway is shutting down.");
        }
    }

    /** A service that names its own address (where something was made, say) means the place here. */
    private static HttpHeaders headersOf(HttpResponse<?> answer, Request request) {
        HttpHeaders headers = new HttpHeaders();
        answer.headers().map().forEach(headers::addAll);
        URI service = Objects.requireNonNull(request.getUri(), "a route without a target");
        String inside = service.getScheme() + "://" + service.getRawAuthority() + "/";
        for (String name : LOCATIONS) {
            String place = headers.getFirst(name);
            if (place != null && place.startsWith(inside)) {
                headers.set(name, place.substring(inside.length() - 1));
            }
        }
        return headers;
    }

    private static void release(@Nullable RequestBody body) {
        if (body == null) {
            return;
        }
        try {
            body.release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
