package io.mlaas.kit.audit;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param retention how long entries are kept
 * @param gateways addresses (CIDR) whose {@code X-Forwarded-For} is believed: where the gateway runs
 */
@ConfigurationProperties("mlaas.audit")
record AuditProperties(
        @DefaultValue("365d") Duration retention,
        @DefaultValue({"127.0.0.0/8", "::1"}) List<String> gateways) {
    private static final Duration LEAST = Duration.ofDays(30);

    AuditProperties {
        if (retention.compareTo(LEAST) < 0) {
            throw new IllegalArgumentException(
                    "mlaas.audit.retention: " + retention.toDays() + "d (expected: >= " + LEAST.toDays() + "d)");
        }
        gateways = List.copyOf(gateways);
    }
}
