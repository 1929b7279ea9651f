package io.mlaas.blockchain.transaction;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The chain.
 *
 * @param rpcUrl JSON-RPC address of a node
 * @param chainId what the node must answer as its chain's id
 * @param directory address of the asset directory; without it the service deploys one at its first start
 * @param confirmations blocks that must follow a transaction's block before it counts as mined
 * @param receiptTimeout how long a request waits for its transaction to be mined
 * @param callTimeout how long the node may take for one answer
 * @param startTimeout how long the service waits at its start for a node that does not answer
 * @param reconcileInterval how often the chain is compared with what was sent
 */
@Validated
@ConfigurationProperties("mlaas.blockchain")
public record ChainProperties(
        @NotNull URI rpcUrl,
        @Positive long chainId,
        @Nullable String directory,
        @PositiveOrZero @DefaultValue("0") int confirmations,
        @NotNull @DefaultValue("30s") Duration receiptTimeout,
        @NotNull @DefaultValue("10s") Duration callTimeout,
        @NotNull @DefaultValue("60s") Duration startTimeout,
        @NotNull @DefaultValue("5s") Duration reconcileInterval) {
    public ChainProperties {
        directory = directory == null || directory.isBlank() ? null : directory.strip();
    }
}
