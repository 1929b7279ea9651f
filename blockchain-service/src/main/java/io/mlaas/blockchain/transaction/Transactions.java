package io.mlaas.blockchain.transaction;

import io.mlaas.blockchain.account.Accounts;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;

/**
 * Gets submissions mined. Signing happens under a lock on the sender's nonce and the signed transaction is committed to
 * the ledger before the node sees it: after a crash the same bytes are sent again, never others with the same purpose.
 */
@Component
public class Transactions {
    private static final Logger log = LoggerFactory.getLogger(Transactions.class);
    private static final int RETRY_AFTER_SECONDS = 3;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final Duration RESEND_AFTER = Duration.ofSeconds(2);

    private final Ledger ledger;
    private final ChainNode node;
    private final Receipts receipts;
    private final Reconciler reconciler;
    private final Accounts accounts;
    private final ChainProperties properties;
    private final TransactionTemplate transactions;

    Transactions(
            Ledger ledger,
            ChainNode node,
            Receipts receipts,
            Reconciler reconciler,
            Accounts accounts,
            ChainProperties properties,
            TransactionTemplate transactions) {
        this.ledger = ledger;
        this.node = node;
        this.receipts = receipts;
        this.reconciler = reconciler;
        this.accounts = accounts;
        this.properties = properties;
        this.transactions = transactions;
    }

    /**
     * Gets a submission mined, or finds it mined, and waits for it.
     *
     * @throws io.mlaas.kit.problem.ProblemException when the node does not answer or takes too long; the same
     *     submission can then be made again
     */
    public Outcome submit(Submission submission) {
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
                StoredTransaction stored = store(submission, limit);
                if (stored.serves(submission)) {
                    node.send(stored);
                }
                yield join(stored, submission);
            }
        };
    }

    /** Compares the chain with what was sent, now, and sends again what the chain does not have. */
    public void reconcile() {
        reconciler.reconcile();
    }

    private StoredTransaction store(Submission submission, BigInteger gasLimit) {
        String sender = submission.sender().address();
        long chainNonce = node.minedNonce(sender);
        try {
            transactions.executeWithoutResult(status -> {
                long nonce = ledger.lockNonce(sender, chainNonce);
                if (ledger.find(submission.requestKey()).isPresent()) {
                    return;
                }
                RawTransaction transaction = RawTransaction.createTransaction(
                        BigInteger.valueOf(nonce),
                        BigInteger.ZERO,
                        gasLimit,
                        submission.recipient(),
                        submission.callData());
                String signed = accounts.sign(submission.sender(), transaction, properties.chainId());
                ledger.add(submission, nonce, signed, Hash.sha3(signed));
            });
        } catch (DuplicateKeyException e) {
            log.debug("{}: another company's transaction came first", submission.requestKey(), e);
        }
        return ledger.find(submission.requestKey()).orElseThrow();
    }

    private Outcome join(StoredTransaction transaction, Submission submission) {
        return transaction.serves(submission) ? await(transaction) : new Outcome.Taken();
    }

    private Outcome await(StoredTransaction transaction) {
        long deadline = System.nanoTime() + properties.receiptTimeout().toNanos();
        long resendAt = System.nanoTime() + RESEND_AFTER.toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            Optional<Outcome> outcome = receipts.settle(transaction);
            if (outcome.isPresent()) {
                return outcome.get();
            }
            long now = System.nanoTime();
            if (now - deadline > 0) {
                throw ChainProblem.TRANSACTION_PENDING.retryAfter(
                        RETRY_AFTER_SECONDS,
                        "Transaction " + transaction.hash() + " is not mined after "
                                + properties.receiptTimeout().toSeconds() + " s.");
            }
            if (now - resendAt > 0) {
                reconciler.resend(transaction.sender());
                resendAt = now + RESEND_AFTER.toNanos();
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
