package io.mlaas.gateway.routing;

import io.mlaas.kit.observe.Correlation;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.cloud.gateway.server.mvc.filter.HttpHeadersFilter.RequestHttpHeadersFilter;
import org.springframework.cloud.gateway.server.mvc.filter.HttpHeadersFilter.ResponseHttpHeadersFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * Headers that mean something between services are not taken from outside, but set here. Cookies end here too: browsers
 * send those of the identity provider on the same host to every port of it.
 */
@Configuration(proxyBeanMethods = false)
class BoundaryHeaders {
    private static final Set<String> HIDDEN = Set.of("x-on-behalf-of", "forwarded", "x-real-ip", "cookie");

    /** Before security, which would act on them. */
    @Bean
    FilterRegistrationBean<OncePerRequestFilter> boundary() {
        var registration = new FilterRegistrationBean<OncePerRequestFilter>(new OncePerRequestFilter() {
            @Override
            protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws ServletException, IOException {
                chain.doFilter(new FromOutside(request), response);
            }
        });
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 5);
        return registration;
    }

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    RequestHttpHeadersFilter inwards() {
        return BoundaryHeaders::inwards;
    }

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    ResponseHttpHeadersFilter outwards() {
        return (given, response) -> {
            HttpHeaders kept = new HttpHeaders();
            kept.putAll(given);
            // Our own filter has set it: the same value would go out twice.
            kept.remove(Correlation.HEADER);
            return kept;
        };
    }

    private static HttpHeaders inwards(HttpHeaders given, ServerRequest request) {
        HttpServletRequest servlet = request.servletRequest();
        HttpHeaders kept = new HttpHeaders();
        kept.putAll(given);
        kept.set("X-Forwarded-For", servlet.getRemoteAddr());
        kept.set("X-Forwarded-Proto", servlet.getScheme());
        kept.set("X-Forwarded-Host", servlet.getServerName());
        kept.set("X-Forwarded-Port", Integer.toString(servlet.getServerPort()));
        String contentType = servlet.getHeader(HttpHeaders.CONTENT_TYPE);
        if (contentType != null) {
            // As it came: the framework adds a charset, which is wrong for a file.
            kept.set(HttpHeaders.CONTENT_TYPE, contentType);
        }
        String correlation = Correlation.current();
        if (correlation != null) {
            kept.set(Correlation.HEADER, correlation);
        }
        return kept;
    }

    private static final class FromOutside extends HttpServletRequestWrapper {
        FromOutside(HttpServletRequest request) {
            super(request);
        }

        private static boolean isHidden(String name) {
            String lower = name.toLowerCase(Locale.ROOT);
            return HIDDEN.contains(lower) || lower.startsWith("x-forwarded-");
        }

        @Override
        public @Nullable String getHeader(String name) {
            return isHidden(name) ? null : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return isHidden(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
        }

        @Override
        public Enumeration<String> getHeaderNames() {
            List<String> names = Collections.list(super.getHeaderNames());
            names.removeIf(FromOutside::isHidden);
            return Collections.enumeration(names);
        }
    }
}
