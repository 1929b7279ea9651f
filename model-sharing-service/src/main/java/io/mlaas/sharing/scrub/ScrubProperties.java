package io.mlaas.sharing.scrub;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Scrubbing.
 *
 * @param interval from the start of one run over all companies to that of the next; 0 to run on request only
 * @param rate bytes per second that are read at most; an asset counts as 64 KB at least
 * @param retryAfter pause before an asset is looked at again when the chain or the object store did not answer
 * @param retries how often that is done before the asset is left out of this run
 * @param poll how often it is looked whether a run is due
 * @param keep how long runs and their findings are kept
 */
@Validated
@ConfigurationProperties("mlaas.sharing.scrub")
record ScrubProperties(
        @DefaultValue("24h") @NotNull Duration interval,
        @DefaultValue("20MB") @NotNull DataSize rate,
        @DefaultValue("10s") @NotNull Duration retryAfter,
        @DefaultValue("3") int retries,
        @DefaultValue("30s") @NotNull Duration poll,
        @DefaultValue("90d") @NotNull Duration keep) {
    ScrubProperties {
        if (rate.toBytes() < 1024) {
            throw new IllegalArgumentException(
                    "mlaas.sharing.scrub.rate: %s (expected: 1KB or more, per second)".formatted(rate));
        }
        if (retries < 0) {
            throw new IllegalArgumentException("mlaas.sharing.scrub.retries: %d (expected: >= 0)".formatted(retries));
        }
        if (poll.toMillis() < 1) {
            throw new IllegalArgumentException("mlaas.sharing.scrub.poll: %s (expected: > 0)".formatted(poll));
        }
    }
}
