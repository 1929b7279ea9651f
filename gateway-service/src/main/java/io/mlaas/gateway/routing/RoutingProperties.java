package io.mlaas.gateway.routing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param connectTimeout how long a service may take to accept a connection
 * @param responseTimeout how long a service may take to begin its answer, counted from the last byte of the request;
 *     transfers themselves may take as long as they move
 */
@ConfigurationProperties("mlaas.gateway")
record RoutingProperties(
        @DefaultValue("3s") Duration connectTimeout,
        @DefaultValue("10m") Duration responseTimeout) {
    RoutingProperties {
        require("connect-timeout", connectTimeout);
        require("response-timeout", responseTimeout);
    }

    private static void require(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("mlaas.gateway." + name + ": " + value + " (expected: > 0)");
        }
    }
}
