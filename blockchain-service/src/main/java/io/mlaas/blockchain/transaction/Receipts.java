package io.mlaas.blockchain.transaction;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.math.BigInteger;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** Asks the chain what became of a transaction, and writes it down. */
@Component
class Receipts {
    private static final Logger log = LoggerFactory.getLogger(Receipts.class);

    private final Ledger ledger;
    private final ChainNode node;
    private final SenderProgress progress;
    private final ChainProperties properties;
    private final Timer wait;

    Receipts(Ledger ledger, ChainNode node, ChainProperties properties, MeterRegistry meters) {
        this.ledger = ledger;
        this.node = node;
        this.progress = new SenderProgress(node);
        this.properties = properties;
        this.wait = Timer.builder("mlaas.chain.confirmation")
                .description("From signing a transaction until it is mined and has its confirmations")
                .publishPercentileHistogram()
                .register(meters);
    }

    /** As {@link #settle}, for the many who wait at once: the node is only asked when there can be a receipt. */
    Optional<Outcome> settleOnceMined(StoredTransaction transaction) {
        return progress.mayBeMined(transaction) ? settle(transaction) : Optional.empty();
    }

    /** The outcome, or nothing while the transaction is not mined or not deep enough in the chain. */
    Optional<Outcome> settle(StoredTransaction transaction) {
        return find(transaction).filter(this::isConfirmed).map(receipt -> settle(transaction, receipt));
    }

    /** The receipt, however young, of whichever of its signatures was mined. */
    Optional<TransactionReceipt> find(StoredTransaction transaction) {
        for (String hash : transaction.hashes()) {
            Optional<TransactionReceipt> receipt = node.receipt(hash);
            if (receipt.isPresent()) {
                return receipt;
            }
        }
        return Optional.empty();
    }

    private boolean isConfirmed(TransactionReceipt receipt) {
        return properties.confirmations() == 0
                || node.head() - receipt.getBlockNumber().longValueExact() >= properties.confirmations();
    }

    private Outcome settle(StoredTransaction transaction, TransactionReceipt receipt) {
        BigInteger block = receipt.getBlockNumber();
        if (receipt.isStatusOK()) {
            if (transaction.state() != TransactionState.MINED
                    || !receipt.getBlockHash().equals(transaction.blockHash())) {
                ledger.mined(transaction, block.longValueExact(), receipt.getBlockHash(), receipt.getContractAddress());
                wait.record(Duration.between(transaction.createdAt(), OffsetDateTime.now(ZoneOffset.UTC)));
            }
            return new Outcome.Mined(
                    receipt.getTransactionHash(), block.longValueExact(), receipt.getContractAddress());
        }
        Outcome.Refused refusal = node.refusal(transaction, block);
        log.warn("{}: transaction {} was reverted: {}", transaction.requestKey(), transaction.hash(), refusal.detail());
        ledger.reverted(transaction, block.longValueExact(), receipt.getBlockHash(), refusal.detail());
        return refusal;
    }
}
