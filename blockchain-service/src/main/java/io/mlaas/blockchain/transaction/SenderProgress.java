package io.mlaas.blockchain.transaction;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How far the chain has come with each sender. A sender's transactions are mined in the order of their nonces, so that one
 * question answers for everybody who waits for one of them: a thousand waiting requests of twenty senders ask the node
 * twenty times, not a thousand times.
 */
class SenderProgress {
    private static final Duration FRESH = Duration.ofMillis(50);
    /** One entry for each sender that is waited for; more of them are stale and worth nothing. */
    private static final int MANY = 10_000;

    private record Seen(long minedNonce, long at) {
        boolean isFresh() {
            return System.nanoTime() - at < FRESH.toNanos();
        }
    }

    private final ChainNode node;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();
    private final Set<String> asking = ConcurrentHashMap.newKeySet();

    SenderProgress(ChainNode node) {
        this.node = node;
    }

    /**
     * Whether the chain is known to have used a transaction's nonce. While somebody asks the node about the same sender,
     * what is known is what was known before: nobody waits behind a call that takes long.
     *
     * @throws io.mlaas.kit.problem.ProblemException when the node does not tell
     */
    boolean mayBeMined(StoredTransaction transaction) {
        String sender = transaction.sender();
        Seen last = seen.get(sender);
        if ((last == null || !last.isFresh()) && asking.add(sender)) {
            try {
                last = new Seen(node.minedNonce(sender), System.nanoTime());
                remember(sender, last);
            } finally {
                asking.remove(sender);
            }
        }
        return last != null && last.minedNonce() > transaction.nonce();
    }

    private void remember(String sender, Seen now) {
        if (seen.size() >= MANY) {
            seen.values().removeIf(entry -> !entry.isFresh());
        }
        seen.put(sender, now);
    }
}
