package io.mlaas.blockchain.transaction;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the node is used and watched.
 *
 * @param genesisHash hash of block 0, where the chain id alone does not tell chains apart
 * @param watchInterval how often the node is asked whether it is there and still the right one
 * @param parallelCalls calls to the node at once; more wait
 * @param reorganisationDepth blocks that must follow a block before it is no longer looked at for reorganisations, unless
 *     one like it is lost
 * @param gasPrice in wei, for chains that ask for one
 * @param maxGasPrice up to which a transaction that is not mined is signed again with a higher price; at 0 it never is
 * @param replaceAfter how long a transaction may wait to be mined before that
 * @param displacedAfter how old a transaction without receipt must be before it is given up because its nonce is used
 */
@Validated
@ConfigurationProperties("mlaas.blockchain")
record NodeProperties(
        @Nullable String genesisHash,
        @NotNull @DefaultValue("2s") Duration watchInterval,
        @Positive @DefaultValue("64") int parallelCalls,
        @Positive @DefaultValue("32") int reorganisationDepth,
        @PositiveOrZero @DefaultValue("0") long gasPrice,
        @PositiveOrZero @DefaultValue("0") long maxGasPrice,
        @NotNull @DefaultValue("1m") Duration replaceAfter,
        @NotNull @DefaultValue("1m") Duration displacedAfter) {
    NodeProperties {
        genesisHash = genesisHash == null || genesisHash.isBlank() ? null : genesisHash.strip();
    }
}
