package io.mlaas.gateway.routing;

import io.mlaas.kit.problem.AbortedResponse;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.ServerResponse;

/** A service's answer as it came: the body moves as the client takes it, and breaks off where the service breaks off. */
final class PassedResponse implements ServerResponse {
    private static final Logger log = LoggerFactory.getLogger(PassedResponse.class);
    private static final int PIECE = 32 * 1024;
    private static final String PAGE_POLICY = "Content-Security-Policy";

    private final String upstream;
    private final HttpStatusCode status;
    private final HttpHeaders headers = new HttpHeaders();
    private final InputStream body;
    private final Runnable afterwards;

    PassedResponse(String upstream, HttpStatusCode status, InputStream body, Runnable afterwards) {
        this.upstream = upstream;
        this.status = status;
        this.body = body;
        this.afterwards = afterwards;
    }

    @Override
    public HttpStatusCode statusCode() {
        return status;
    }

    @Override
    public HttpHeaders headers() {
        return headers;
    }

    @Override
    public MultiValueMap<String, Cookie> cookies() {
        return new LinkedMultiValueMap<>();
    }

    @Override
    public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, Context context) {
        try {
            response.setStatus(status.value());
            setPagePolicy(response);
            headers.forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
            passBack(request, response);
            return null;
        } finally {
            afterwards.run();
        }
    }

    /** A service that makes pages knows what they may do; with ours beside its own, browsers would keep both. */
    private void setPagePolicy(HttpServletResponse response) {
        List<String> policies = headers.remove(PAGE_POLICY);
        if (policies != null && !policies.isEmpty()) {
            response.setHeader(PAGE_POLICY, String.join(", ", policies));
        }
    }

    /** Closing the body early ends the transfer from the service: nothing is read in vain. */
    private void passBack(HttpServletRequest request, HttpServletResponse response) {
        boolean reading = true;
        try (body) {
            OutputStream out = response.getOutputStream();
            if (headers.getContentLength() < 0) {
                // A stream that begins with a pause: the client should learn that it was accepted.
                out.flush();
            }
            byte[] piece = new byte[PIECE];
            int count = body.read(piece);
            while (count >= 0) {
                reading = false;
                out.write(piece, 0, count);
                if (body.available() == 0) {
                    // Nothing more is there yet: a line of a log must not wait here for the next one.
                    out.flush();
                }
                reading = true;
                count = body.read(piece);
            }
        } catch (IOException e) {
            if (reading) {
                log.warn("{} broke off its answer to {} {}", upstream, request.getMethod(), request.getRequestURI(), e);
            } else {
                log.info("the client went away during {} {}", request.getMethod(), request.getRequestURI());
            }
            AbortedResponse.abort(request);
        }
    }
}
