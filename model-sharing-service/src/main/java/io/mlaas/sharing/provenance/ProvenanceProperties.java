package io.mlaas.sharing.provenance;

import io.mlaas.api.blockchain.AnchorRequest;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Evidence.
 *
 * @param builder who says in statements that it built the model: those who trust it trust the platform that signs
 * @param parallel steps of one sort under way at once
 * @param batch digests that are handed to blockchain-service together
 * @param lease after which a step whose worker vanished is taken again
 * @param retryFirst pause after the first failure, and before the first look for a proof; it doubles up to {@code retryMost}
 */
@Validated
@ConfigurationProperties("mlaas.sharing.provenance")
record ProvenanceProperties(
        @DefaultValue("https://mlaas.io/builders/platform/v1") @NotNull
        URI builder,

        @DefaultValue("8") @Positive int parallel,

        @DefaultValue("1000") @Positive @Max(AnchorRequest.MOST)
        int batch,

        @DefaultValue("1m") @NotNull Duration lease,
        @DefaultValue("1s") @NotNull Duration retryFirst,
        @DefaultValue("1m") @NotNull Duration retryMost) {}
