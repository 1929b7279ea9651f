package io.mlaas.gateway.routing;

import io.mlaas.kit.observe.Correlation;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Set;
import org.springframework.cloud.gateway.server.mvc.filter.HttpHeadersFilter.RequestHttpHeadersFilter;
import org.springframework.cloud.gateway.server.mvc.filter.HttpHeadersFilter.ResponseHttpHeadersFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * Headers that mean something between services are not taken from outside, but set here. Cookies end here too: browsers
 * send those of the identity provider on the same host to every port of it.
 */
@Configuration(proxyBeanMethods = false)
class BoundaryHeaders {
    private static final Set<String> INTERNAL = Set.of("x-on-behalf-of", "forwarded", "x-real-ip", "cookie");
    private static final String FORWARDED = "x-forwarded-";

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
            given.forEach((name, values) -> {
                // Our own filter has set it: the same value would go out twice.
                if (!name.equalsIgnoreCase(Correlation.HEADER)) {
                    kept.addAll(name, values);
                }
            });
            return kept;
        };
    }

    static HttpHeaders inwards(HttpHeaders given, ServerRequest request) {
        HttpHeaders kept = new HttpHeaders();
        given.forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!INTERNAL.contains(lower) && !lower.startsWith(FORWARDED)) {
                kept.addAll(name, values);
            }
        });
        HttpServletRequest servlet = request.servletRequest();
        kept.set("X-Forwarded-For", servlet.getRemoteAddr());
        kept.set("X-Forwarded-Proto", servlet.getScheme());
        kept.set("X-Forwarded-Host", servlet.getServerName());
        kept.set("X-Forwarded-Port", Integer.toString(servlet.getServerPort()));
        String correlation = Correlation.current();
        if (correlation != null) {
            kept.set(Correlation.HEADER, correlation);
        }
        return kept;
    }
}
