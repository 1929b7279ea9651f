package io.mlaas.sharing.anchoring;

import io.mlaas.api.blockchain.ContractBatch;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Chain steps.
 *
 * @param patience how long a request waits for its step before it answers 202
 * @param parallel results under way at once
 * @param batches batches of registrations under way at once: while they are, the next ones gather
 * @param batch registrations in a batch at most
 * @param lease after which a step whose worker vanished is taken again
 * @param retryFirst pause after the first failure; it doubles up to {@code retryMost}
 */
@Validated
@ConfigurationProperties("mlaas.sharing.anchoring")
record AnchoringProperties(
        @DefaultValue("10s") @NotNull Duration patience,
        @DefaultValue("16") @Positive int parallel,
        @DefaultValue("2") @Positive int batches,

        @DefaultValue("100") @Positive @Max(ContractBatch.MOST)
        int batch,

        @DefaultValue("1m") @NotNull Duration lease,
        @DefaultValue("1s") @NotNull Duration retryFirst,
        @DefaultValue("1m") @NotNull Duration retryMost) {

    /** The pause after this many failures. */
    Duration pause(int failures) {
        Duration doubled = retryFirst.multipliedBy(1L << Math.min(failures - 1, 20));
        return doubled.compareTo(retryMost) < 0 ? doubled : retryMost;
    }
}
