package io.mlaas.blockchain.anchor;

import io.mlaas.api.blockchain.AnchorRequest;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Batches of digests.
 *
 * @param batchLeaves how many digests share a transaction at most: as soon as so many wait, a batch is made
 * @param batchAge how long the oldest digest waits for others at most
 */
@Validated
@ConfigurationProperties("mlaas.blockchain.anchors")
record AnchorProperties(
        @Positive @Max(AnchorRequest.MOST) @DefaultValue("10000")
        int batchLeaves,

        @NotNull @DefaultValue("1s") Duration batchAge) {}
