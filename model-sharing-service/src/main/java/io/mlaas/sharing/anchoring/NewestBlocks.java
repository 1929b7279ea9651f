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

/** The chain's newest block, asked for at most four times a second, however many want to know. */
final class NewestBlocks {
    private static final Logger log = LoggerFactory.getLogger(NewestBlocks.class);
    private static final Duration FRESH = Duration.ofMillis(250);

    private final Supplier<NewestBlock> blockchain;
    private final Lock asking = new ReentrantLock();
    private volatile Seen seen = new Seen(Optional.empty(), System.nanoTime() - FRESH.toNanos());

    /** @param blockchain tells it, or throws a {@link RestClientException} */
    NewestBlocks(Supplier<NewestBlock> blockchain) {
        this.blockchain = blockchain;
    }

    private record Seen(Optional<String> hash, long at) {
        boolean isFresh() {
            return System.nanoTime() - at < FRESH.toNanos();
        }
    }

    /** Its hash; empty while nobody can tell. */
    Optional<String> hash() {
        Seen last = seen;
        if (last.isFresh()) {
            return last.hash();
        }
        asking.lock();
        try {
            if (!seen.isFresh()) {
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
