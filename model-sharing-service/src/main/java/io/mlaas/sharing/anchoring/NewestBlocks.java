package io.mlaas.sharing.anchoring;

import io.mlaas.api.blockchain.NewestBlock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClientException;

/**
 * The chain's newest block, asked for at most four times a second, however many want to know: one of them asks, and the
 * others go on with what is known, unless that is older than a second.
 */
final class NewestBlocks {
    private static final Logger log = LoggerFactory.getLogger(NewestBlocks.class);
    private static final Duration FRESH = Duration.ofMillis(250);
    private static final Duration USABLE = Duration.ofSeconds(1);

    private final Supplier<NewestBlock> blockchain;
    private final Lock asking = new ReentrantLock();
    private volatile Seen seen = new Seen(Optional.empty(), System.nanoTime() - USABLE.toNanos());

    /** @param blockchain tells it, or throws a {@link RestClientException} */
    NewestBlocks(Supplier<NewestBlock> blockchain) {
        this.blockchain = blockchain;
    }

    private record Seen(Optional<String> hash, long at) {
        boolean isYoungerThan(Duration age) {
            return System.nanoTime() - at < age.toNanos();
        }
    }

    /** Its hash; empty while nobody can tell. */
    Optional<String> hash() {
        Seen last = seen;
        if (last.isYoungerThan(FRESH)) {
            return last.hash();
        }
        if (!asking.tryLock()) {
            if (last.isYoungerThan(USABLE)) {
                return last.hash();
            }
            asking.lock();
        }
        try {
            if (!seen.isYoungerThan(FRESH)) {
                seen = new Seen(ask(), System.nanoTime());
            }
            return seen.hash();
        } finally {
            asking.unlock();
        }
    }

    private Optional<String> ask() {
        try {
            return Optional.ofNullable(blockchain.get().hash());
        } catch (RestClientException e) {
            // Whoever wants to know asks the chain itself next, and says what is wrong.
            log.debug("the newest block is not known", e);
            return Optional.empty();
        }
    }
}
