package io.mlaas.gateway.edge;

import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Which other sites' pages may call the platform from a browser (CORS): those that are configured, with a token of their
 * own and never with cookies. To all others nothing is said, so browsers keep answers from them.
 */
@Configuration(proxyBeanMethods = false)
class CrossOrigin {
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final String HEADERS =
            "Authorization, Content-Type, Accept, If-Match, If-None-Match, If-Range, Range, "
                    + "Tus-Resumable, Upload-Length, Upload-Offset, Upload-Metadata, Upload-Checksum, X-Correlation-Id";
    private static final String EXPOSED =
            "Location, Content-Disposition, Content-Range, ETag, Repr-Digest, Retry-After, "
                    + "RateLimit, RateLimit-Policy, Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Upload-Offset, "
                    + "Upload-Length, Upload-Expires, X-Correlation-Id";

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> crossOriginFilter(EdgeProperties properties, ProblemWriter problems) {
        var registration = new FilterRegistrationBean<OncePerRequestFilter>(
                new OtherSites(Set.copyOf(properties.allowedOrigins()), problems));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 15);
        return registration;
    }

    private static final class OtherSites extends OncePerRequestFilter {
        private final Set<String> allowed;
        private final ProblemWriter problems;

        OtherSites(Set<String> allowed, ProblemWriter problems) {
            this.allowed = allowed;
            this.problems = problems;
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            String origin = request.getHeader(HttpHeaders.ORIGIN);
            if (!allowed.isEmpty()) {
                response.addHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
            }
            boolean welcome = origin != null && allowed.contains(origin);
            if (welcome) {
                response.setHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
                response.setHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
            }
            boolean preflight = origin != null
                    && request.getMethod().equals("OPTIONS")
                    && request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) != null;
            if (!preflight) {
                chain.doFilter(request, response);
            } else if (welcome) {
                response.setHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
                response.setHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
                response.setHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "3600");
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            } else {
                problems.write(
                        PlatformProblem.FORBIDDEN,
                        "Pages of this origin may not call the platform.",
                        request,
                        response);
            }
        }
    }
}
