package io.mlaas.blockchain.transaction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.blockchain.account.Accounts;
import io.mlaas.contracts.ContractRefusal;
import io.mlaas.kit.problem.ProblemException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
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
    /** Refusals that end when what a transaction depends on is on the chain again. */
    private static final Set<ContractRefusal> MAY_CHANGE =
            EnumSet.of(ContractRefusal.NOT_AUTHORIZED, ContractRefusal.NOT_OWNER, ContractRefusal.UNKNOWN_ASSET);

    private static final Duration ORDER_TIMEOUT = Duration.ofSeconds(20);

    private final Ledger ledger;
    private final ChainNode node;
    private final ChainWatch watch;
    private final Receipts receipts;
    private final Signing signing;
    private final NodeProperties properties;
    private final Counter resends;
    private final Counter lostBlocks;
    private final Counter lostTransactions;
    private final Map<String, Long> lastResend = new ConcurrentHashMap<>();

    Reconciler(
            Ledger ledger,
            ChainNode node,
            ChainWatch watch,
            Receipts receipts,
            Signing signing,
            NodeProperties properties,
            MeterRegistry meters) {
        this.ledger = ledger;
        this.node = node;
        this.watch = watch;
        this.receipts = receipts;
        this.signing = signing;
        this.properties = properties;
        this.resends = Counter.builder("mlaas.chain.resends")
                .description("Signed transactions given to the node again")
                .register(meters);
        this.lostBlocks = Counter.builder("mlaas.chain.reorganised.blocks")
                .description("Blocks with transactions of ours that the chain dropped")
                .register(meters);
        this.lostTransactions = Counter.builder("mlaas.chain.reorganised.transactions")
                .description("Transactions of ours in dropped blocks")
                .register(meters);
    }

    /** One comparison of everything that may differ. */
    void reconcile() {
        watch.requireRightChain();
        forgetWhatTheChainLost();
        List<StoredTransaction> missing = new ArrayList<>();
        for (String sender : ledger.waitingSenders()) {
            long minedNonce = node.minedNonce(sender);
            ledger.raiseNonce(sender, minedNonce);
            settleBelow(sender, minedNonce);
            if (!isDue(sender)) {
                continue;
            }
            missing(sender, minedNonce).stream()
                    .map(transaction -> transaction.nonce() == minedNonce ? replaceIfStuck(transaction) : transaction)
                    .forEach(missing::add);
        }
        sendInOrder(missing);
        doAgainWhatTheChainLostForGood();
    }

    /** Sends again what one sender still has to have mined, however many wait for it. */
    void resend(String sender) {
        if (isDue(sender)) {
            watch.requireRightChain();
            missing(sender, node.minedNonce(sender)).forEach(this::sendAgain);
        }
    }

    /**
     * What a sender has signed and the node neither mined nor has in its pool, and the very next one in any case: a node
     * may count a pool with a gap as one without. Sending what it has would keep a busy node from mining.
     */
    private List<StoredTransaction> missing(String sender, long minedNonce) {
        OffsetDateTime onItsWay = now().minus(SETTLING_TIME);
        long pendingNonce = node.pendingNonce(sender);
        return ledger.from(sender, minedNonce).stream()
                .filter(transaction -> transaction.createdAt().isBefore(onItsWay))
                .filter(transaction -> transaction.nonce() == minedNonce || transaction.nonce() >= pendingNonce)
                .toList();
    }

    /** Once in a while: under load, sending everything again and again would keep the node from mining. */
    private boolean isDue(String sender) {
        long now = System.nanoTime();
        Long last = lastResend.compute(
                sender, (key, before) -> before == null || now - before > SETTLING_TIME.toNanos() ? now : before);
        return last != null && last == now;
    }

    private void sendAgain(StoredTransaction transaction) {
        node.send(transaction);
        resends.increment();
    }

    /**
     * Looks at every block that is not deep in the chain yet, and from the deep ones downwards for as long as they are
     * lost. What the chain reorganised or forgot is to be mined again: the same bytes lead to the same contract
     * addresses.
     */
    private void forgetWhatTheChainLost() {
        loseDeepBlocks();
        long head = node.head();
        List<Ledger.Block> deep = new ArrayList<>();
        for (Ledger.Block block : ledger.shallowBlocks()) {
            if (!isOnChain(block)) {
                lose(block);
            } else if (head - block.number() >= properties.reorganisationDepth()) {
                deep.add(block);
            }
        }
        // Only if nothing happened to the chain meanwhile.
        if (!deep.isEmpty() && !loseDeepBlocks()) {
            deep.forEach(ledger::deep);
        }
    }

    private boolean loseDeepBlocks() {
        boolean any = false;
        Optional<Ledger.Block> newest = ledger.newestDeepBlock();
        while (newest.isPresent() && !isOnChain(newest.get())) {
            lose(newest.get());
            any = true;
            newest = ledger.newestDeepBlock();
        }
        return any;
    }

    private void lose(Ledger.Block block) {
        int lost = ledger.forget(block);
        lostBlocks.increment();
        lostTransactions.increment(lost);
        log.warn(
                "the chain has lost block {} ({}) with {} transactions: whatever it lacks is sent again",
                block.number(),
                block.hash(),
                lost);
    }

    private boolean isOnChain(Ledger.Block block) {
        return node.blockHash(block.number())
                .filter(hash -> hash.equals(block.hash()))
                .isPresent();
    }

    private void settleBelow(String sender, long minedNonce) {
        OffsetDateTime old = now().minus(properties.displacedAfter());
        for (StoredTransaction transaction : ledger.unsettledBelow(sender, minedNonce)) {
            if (receipts.settle(transaction).isEmpty()
                    && transaction.createdAt().isBefore(old)
                    && receipts.find(transaction).isEmpty()) {
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

    private StoredTransaction replaceIfStuck(StoredTransaction transaction) {
        if (transaction.state() != TransactionState.SIGNED
                || transaction.signedAt().isAfter(now().minus(properties.replaceAfter()))) {
            return transaction;
        }
        return signing.replace(transaction).orElse(transaction);
    }

    /**
     * In the order in which they were signed, since a later one may depend on an earlier one (a company's registration
     * on the registrar's authorisation). Within one sender the nonces keep the order; between senders we wait after the
     * registrar's and after what the chain had and lost.
     */
    private void sendInOrder(List<StoredTransaction> missing) {
        missing.sort(Comparator.comparingLong(StoredTransaction::id));
        StoredTransaction previous = null;
        for (StoredTransaction transaction : missing) {
            if (previous != null
                    && !previous.sender().equals(transaction.sender())
                    && (previous.wasMined() || previous.ownerId().equals(Accounts.PLATFORM))
                    && !awaitMined(previous)) {
                log.warn("{}: not mined yet, what follows is sent later", previous.requestKey());
                return;
            }
            sendAgain(transaction);
            previous = transaction;
        }
    }

    /**
     * After a reorganisation a transaction may be mined a second time in vain, say before the authorisation that it
     * needs; its caller was told long ago that it is on the chain. Its purpose gets a new transaction.
     */
    private void doAgainWhatTheChainLostForGood() {
        for (StoredTransaction lost : ledger.lostForGood()) {
            Submission again = signing.current(lost.submission());
            switch (node.estimate(again.sender().address(), again.recipient(), again.callData())) {
                case ChainNode.Estimate.Gas gas -> {
                    log.warn("{}: was on the chain and is no longer; it is done again", lost.requestKey());
                    node.send(signing.store(again, gas.limit()));
                }
                case ChainNode.Estimate.Reverts reverts -> {
                    if (mayChange(reverts.refusal().reason())) {
                        log.info(
                                "{}: waits to be done again: {}",
                                lost.requestKey(),
                                reverts.refusal().detail());
                    } else {
                        log.warn(
                                "{}: needs not be done again: {}",
                                lost.requestKey(),
                                reverts.refusal().detail());
                        ledger.leave(lost);
                    }
                }
            }
        }
    }

    private static boolean mayChange(@Nullable ContractRefusal reason) {
        return reason != null && MAY_CHANGE.contains(reason);
    }

    private boolean awaitMined(StoredTransaction transaction) {
        long deadline = System.nanoTime() + ORDER_TIMEOUT.toNanos();
        while (receipts.find(transaction).isEmpty()) {
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

    private static OffsetDateTime now() {
        return OffsetDateTime.now(ZoneOffset.UTC);
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
