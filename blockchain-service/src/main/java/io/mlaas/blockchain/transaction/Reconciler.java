package io.mlaas.blockchain.transaction;

import io.mlaas.kit.problem.ProblemException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Compares the chain with the ledger and sends again what the chain does not have: after a crash between storing and
 * sending, and after a node that forgot its pending pool or even its last blocks.
 */
@Component
class Reconciler {
    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    /** A transaction younger than this is probably on its way. */
    private static final Duration SETTLING_TIME = Duration.ofSeconds(2);
    /** Only after this is a missing receipt below the mined nonce taken for a displaced transaction. */
    private static final Duration DISPLACED_AFTER = Duration.ofMinutes(1);

    private static final Duration ORDER_TIMEOUT = Duration.ofSeconds(20);

    private final Ledger ledger;
    private final ChainNode node;
    private final Receipts receipts;

    Reconciler(Ledger ledger, ChainNode node, Receipts receipts) {
        this.ledger = ledger;
        this.node = node;
        this.receipts = receipts;
    }

    /** One comparison of everything that may differ. */
    void reconcile() {
        forgetWhatTheChainLost();
        OffsetDateTime onItsWay = OffsetDateTime.now(ZoneOffset.UTC).minus(SETTLING_TIME);
        List<StoredTransaction> missing = new ArrayList<>();
        for (String sender : ledger.waitingSenders()) {
            long minedNonce = node.minedNonce(sender);
            ledger.raiseNonce(sender, minedNonce);
            settleBelow(sender, minedNonce);
            ledger.from(sender, minedNonce).stream()
                    .filter(transaction -> transaction.createdAt().isBefore(onItsWay))
                    .forEach(missing::add);
        }
        sendInOrder(missing);
    }

    /** Sends again what one sender still has to have mined. */
    void resend(String sender) {
        ledger.from(sender, node.minedNonce(sender)).forEach(node::send);
    }

    /**
     * From the newest block downwards, until one is found that the chain still has: what it reorganised or forgot is to
     * be mined again. The same bytes lead to the same contract addresses.
     */
    private void forgetWhatTheChainLost() {
        int lost = 0;
        Optional<StoredTransaction> newest = ledger.newestMined();
        while (newest.isPresent() && !isOnChain(newest.get())) {
            ledger.forgotten(newest.get());
            lost++;
            newest = ledger.newestMined();
        }
        if (lost > 0) {
            log.warn("the chain has lost the blocks of {} transactions: whatever it lacks is sent again", lost);
        }
    }

    private boolean isOnChain(StoredTransaction transaction) {
        Long number = transaction.blockNumber();
        return number != null
                && node.blockHash(number)
                        .filter(hash -> hash.equals(transaction.blockHash()))
                        .isPresent();
    }

    private void settleBelow(String sender, long minedNonce) {
        OffsetDateTime old = OffsetDateTime.now(ZoneOffset.UTC).minus(DISPLACED_AFTER);
        for (StoredTransaction transaction : ledger.unsettledBelow(sender, minedNonce)) {
            if (receipts.settle(transaction).isEmpty()
                    && transaction.createdAt().isBefore(old)
                    && node.receipt(transaction.hash()).isEmpty()) {
                log.error(
                        "{}: transaction {} can not be mined any more: nonce {} of {} is used by another one",
                        transaction.requestKey(),
                        transaction.hash(),
                        transaction.nonce(),
                        sender);
                ledger.displaced(transaction);
            }
        }
    }

    /**
     * In the order in which they were signed, since a later one may depend on an earlier one (a company's registration
     * on the registrar's authorisation). Within one sender the nonces keep the order; between senders we wait.
     */
    private void sendInOrder(List<StoredTransaction> missing) {
        missing.sort(Comparator.comparingLong(StoredTransaction::id));
        StoredTransaction previous = null;
        for (StoredTransaction transaction : missing) {
            if (previous != null && !previous.sender().equals(transaction.sender()) && !awaitMined(previous)) {
                log.warn("{}: not mined yet, what follows is sent later", previous.requestKey());
                return;
            }
            node.send(transaction);
            previous = transaction;
        }
    }

    private boolean awaitMined(StoredTransaction transaction) {
        long deadline = System.nanoTime() + ORDER_TIMEOUT.toNanos();
        while (node.receipt(transaction.hash()).isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** As {@link #reconcile}, for a timer: a node that is away is no news. */
    void reconcileQuietly() {
        try {
            reconcile();
        } catch (ProblemException e) {
            log.info("the chain can not be compared with the ledger now: {}", e.detail());
        } catch (RuntimeException e) {
            log.error("comparing the chain with the ledger failed", e);
        }
    }
}
