package io.mlaas.kit.event;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** @param keep how long an event stays in the database after it was published, for those who look into it */
@ConfigurationProperties("mlaas.outbox")
record OutboxProperties(@DefaultValue("7d") Duration keep) {
    private static final Duration LEAST = Duration.ofSeconds(1);

    OutboxProperties {
        if (keep.compareTo(LEAST) < 0) {
            throw new IllegalArgumentException("mlaas.outbox.keep: " + keep + " (expected: >= " + LEAST + ")");
        }
    }
}
