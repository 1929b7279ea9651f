package io.mlaas.blockchain.transaction;

import io.mlaas.blockchain.account.Account;
import io.mlaas.kit.problem.ProblemException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Gets submissions mined. Signing happens under a lock on the sender's nonce and the signed transaction is committed to
 * the ledger before the node sees it: after a crash the same bytes are sent again, never others with the same purpose.
 */
@Component
public class Transactions {
    private static final int RETRY_AFTER_SECONDS = 3;
    /** A chain that reverts what it would take a moment later does so once, not each time. */
    private static final int ATTEMPTS = 3;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final Duration PATIENCE_WITH_NODE = Duration.ofSeconds(5);
    private static final Duration RESEND_AFTER = Duration.ofSeconds(2);

    private final Ledger ledger;
    private final ChainNode node;
    private final ChainWatch watch;
    private final Receipts receipts;
    private final Reconciler reconciler;
    private final Signing signing;
    private final ChainProperties properties;

    Transactions(
            Ledger ledger,
            ChainNode node,
            ChainWatch watch,
            Receipts receipts,
            Reconciler reconciler,
            Signing signing,
            ChainProperties properties) {
        this.ledger = ledger;
        this.node = node;
        this.watch = watch;
        this.receipts = receipts;
        this.reconciler = reconciler;
        this.signing = signing;
        this.properties = properties;
    }

    /** Hash of the chain's newest block, as seen within the last half second; empty while the chain cannot be asked. */
    public Optional<String> newestBlock() {
        return watch.newestBlock();
    }

    /**
     * Gets a submission mined, or finds it mined, and waits for it. What was reverted for a reason that is past is signed
     * anew, with a new estimate of its gas.
     *
     * @throws io.mlaas.kit.problem.ProblemException when the node does not answer or takes too long; the same
     *     submission can then be made again
     */
    public Outcome submit(Submission asked) {
        String reverted = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Outcome outcome = submitOnce(asked);
            if (!(outcome instanceof Outcome.Refused refused) || !refused.past()) {
                return outcome;
            }
            reverted = refused.detail();
        }
        throw ChainProblem.TRANSACTION_PENDING.retryAfter(
                RETRY_AFTER_SECONDS, "%s: %s, %d times.".formatted(asked.requestKey(), reverted, ATTEMPTS));
    }

    private Outcome submitOnce(Submission asked) {
        watch.requireRightChain();
        Submission submission = signing.current(asked);
        Optional<StoredTransaction> earlier = ledger.find(submission.requestKey());
        if (earlier.isPresent()) {
            return join(earlier.get(), submission);
        }
        return switch (node.estimate(submission.sender().address(), submission.recipient(), submission.callData())) {
            case ChainNode.Estimate.Reverts(Outcome.Refused refusal) ->
                // A rival for the same purpose may have been mined since.
                ledger.find(submission.requestKey())
                        .map(rival -> join(rival, submission))
                        .orElse(refusal);
            case ChainNode.Estimate.Gas(BigInteger limit) -> {
                StoredTransaction stored = signing.store(submission, limit);
                if (stored.serves(submission)) {
                    node.send(stored);
                }
                yield join(stored, submission);
            }
        };
    }

    /**
     * What a submission came to that the contract refuses now because it took effect before: for a node that has an
     * effect in its state but lost the block it came in.
     */
    public Optional<Outcome.Mined> effective(Submission submission) {
        return ledger.latest(submission.requestKey())
                .filter(transaction -> transaction.serves(submission))
                .map(transaction -> new Outcome.Mined(transaction.hash(), node.head(), null));
    }

    /** Compares the chain with what was sent, now, and sends again what the chain does not have. */
    public void reconcile() {
        reconciler.reconcile();
    }

    /** Whether every transaction that an address signed is mined, and deep enough. */
    public boolean isIdle(Account sender) {
        return ledger.isIdle(sender.address());
    }

    private Outcome join(StoredTransaction transaction, Submission submission) {
        return transaction.serves(submission) ? await(transaction) : new Outcome.Taken();
    }

    private Outcome await(StoredTransaction transaction) {
        long deadline = System.nanoTime() + properties.receiptTimeout().toNanos();
        long resendAt = System.nanoTime() + RESEND_AFTER.toNanos();
        long failingSince = 0;
        Duration pause = FIRST_PAUSE;
        StoredTransaction waited = transaction;
        while (true) {
            long now = System.nanoTime();
            try {
                Optional<Outcome> outcome = receipts.settleOnceMined(waited);
                if (outcome.isPresent()) {
                    return outcome.get();
                }
                if (now - resendAt > 0) {
                    resendAt = now + RESEND_AFTER.toNanos();
                    reconciler.resend(waited.sender());
                    // It may have been signed again since.
                    waited = ledger.find(waited.requestKey())
                            .filter(found -> found.id() == transaction.id())
                            .orElse(waited);
                }
                failingSince = 0;
            } catch (ProblemException e) {
                // It is signed and stored: one failed call is no reason to turn the caller away.
                failingSince = failingSince == 0 ? now : failingSince;
                if (now - failingSince > PATIENCE_WITH_NODE.toNanos() || e.problem() == ChainProblem.WRONG_CHAIN) {
                    throw e;
                }
            }
            if (now - deadline > 0) {
                throw ChainProblem.TRANSACTION_PENDING.retryAfter(
                        RETRY_AFTER_SECONDS,
                        "Transaction " + waited.hash() + " is not mined after "
                                + properties.receiptTimeout().toSeconds() + " s.");
            }
            pause(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ChainProblem.TRANSACTION_PENDING.retryAfter(RETRY_AFTER_SECONDS, "The service is stopping.");
        }
    }
}
