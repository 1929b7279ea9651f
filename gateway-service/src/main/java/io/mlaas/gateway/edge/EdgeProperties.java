package io.mlaas.gateway.edge;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param headTimeout how long a client may take for a request's first line and headers, all together
 * @param allowedOrigins sites whose pages may call this from a browser, like {@code https://lab.example}; none by default
 * @param scrapers addresses (CIDR) that may read {@code /actuator/prometheus}; none by default
 */
@ConfigurationProperties("mlaas.gateway")
record EdgeProperties(
        @DefaultValue("15s") Duration headTimeout,
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue List<String> scrapers) {
    EdgeProperties {
        if (!headTimeout.isPositive()) {
            throw new IllegalArgumentException("mlaas.gateway.head-timeout: " + headTimeout + " (expected: > 0)");
        }
        allowedOrigins = List.copyOf(allowedOrigins);
        for (String origin : allowedOrigins) {
            if (!origin.matches("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")) {
                throw new IllegalArgumentException("mlaas.gateway.allowed-origins: " + origin
                        + " (expected: a scheme and a host, like https://lab.example)");
            }
        }
        scrapers = List.copyOf(scrapers);
    }
}
