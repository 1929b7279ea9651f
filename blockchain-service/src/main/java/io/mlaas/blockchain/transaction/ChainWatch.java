package io.mlaas.blockchain.transaction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.kit.problem.ProblemException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether the node is there and belongs to the chain that this service works with. Nothing is signed, sent or compared
 * while it does not: another chain's nonces, receipts and refusals would be taken for this one's.
 */
@Component("chainHealthIndicator")
class ChainWatch implements HealthIndicator {
    private static final Logger log = LoggerFactory.getLogger(ChainWatch.class);
    private static final Duration FRESH = Duration.ofMillis(500);
    private static final int RETRY_AFTER_SECONDS = 5;

    /** What was seen at the last look. */
    sealed interface Sight {
        /** @param hash of the block with number {@code head} */
        record Right(long head, @Nullable String hash) implements Sight {}

        /** @param what which fact differs, and what was expected */
        record Wrong(String what) implements Sight {}

        record Away(String detail) implements Sight {}
    }

    private record Look(Sight sight, long nanos) {
        boolean isFresh() {
            return System.nanoTime() - nanos < FRESH.toNanos();
        }
    }

    private final ChainNode node;
    private final ChainProperties properties;
    private final NodeProperties nodeProperties;
    private volatile Look latest = new Look(new Sight.Away("not asked yet"), System.nanoTime() - FRESH.toNanos() * 2);

    ChainWatch(ChainNode node, ChainProperties properties, NodeProperties nodeProperties, MeterRegistry meters) {
        this.node = node;
        this.properties = properties;
        this.nodeProperties = nodeProperties;
        Gauge.builder("mlaas.chain.head", () -> latest.sight() instanceof Sight.Right right ? right.head() : Double.NaN)
                .description("Number of the newest block")
                .register(meters);
        Gauge.builder("mlaas.chain.usable", () -> latest.sight() instanceof Sight.Right ? 1 : 0)
                .description("1 while the node answers and belongs to the configured chain")
                .register(meters);
    }

    /** Hash of the newest block, as seen within the last half second; empty while there is no right chain. */
    Optional<String> newestBlock() {
        Look now = latest;
        if (!now.isFresh()) {
            now = look(now);
        }
        return now.sight() instanceof Sight.Right right ? Optional.ofNullable(right.hash()) : Optional.empty();
    }

    /** @throws ProblemException if the node does not answer or belongs to another chain */
    void requireRightChain() {
        Look now = latest;
        if (!now.isFresh()) {
            now = look(now);
        }
        switch (now.sight()) {
            case Sight.Right right -> {}
            case Sight.Wrong wrong -> throw ChainProblem.WRONG_CHAIN.because(wrong.what() + ".");
            case Sight.Away away -> throw ChainProblem.CHAIN_UNAVAILABLE.retryAfter(RETRY_AFTER_SECONDS, away.detail());
        }
    }

    /** For a timer. */
    void look() {
        look(latest);
    }

    private synchronized Look look(Look before) {
        if (!latest.equals(before) && latest.isFresh()) {
            return latest;
        }
        Sight sight;
        try {
            sight = ask();
        } catch (ProblemException e) {
            sight = new Sight.Away(e.detail());
        } catch (RuntimeException e) {
            // Whatever a broken node says, what was seen before it counts no longer.
            log.warn("the answer of the node at {} makes no sense", properties.rpcUrl(), e);
            sight = new Sight.Away("The node's answer makes no sense: " + e.getMessage());
        }
        if (!sight.getClass().equals(latest.sight().getClass())) {
            switch (sight) {
                case Sight.Right right -> log.info("the chain's node is there, at block {}", right.head());
                case Sight.Wrong wrong ->
                    log.error(
                            "the node at {} belongs to another chain, nothing is sent: {}", properties.rpcUrl(), wrong);
                case Sight.Away away -> log.warn("the chain's node is away: {}", away.detail());
            }
        }
        Look look = new Look(sight, System.nanoTime());
        latest = look;
        return look;
    }

    private Sight ask() {
        long chainId = node.chainId();
        if (chainId != properties.chainId()) {
            return new Sight.Wrong("chain id: " + chainId + " (expected: " + properties.chainId() + ")");
        }
        String expected = nodeProperties.genesisHash();
        if (expected != null) {
            String genesis = node.blockHash(0).orElse("none");
            if (!genesis.equalsIgnoreCase(expected)) {
                return new Sight.Wrong("hash of block 0: " + genesis + " (expected: " + expected + ")");
            }
        }
        long head = node.head();
        return new Sight.Right(head, hashOf(head));
    }

    /** Null where the node does not tell: then nothing may be remembered, but the chain is there all the same. */
    private @Nullable String hashOf(long block) {
        try {
            return node.blockHash(block).orElse(null);
        } catch (ProblemException e) {
            log.debug("the node does not tell the hash of block {}", block, e);
            return null;
        }
    }

    /** As seen by the timer: a probe does not wait for a slow node. */
    @Override
    public Health health() {
        return switch (latest.sight()) {
            case Sight.Right right ->
                Health.up().withDetail("head", right.head()).build();
            case Sight.Wrong wrong ->
                Health.down().withDetail("problem", wrong.what()).build();
            case Sight.Away away ->
                Health.down().withDetail("problem", away.detail()).build();
        };
    }
}
