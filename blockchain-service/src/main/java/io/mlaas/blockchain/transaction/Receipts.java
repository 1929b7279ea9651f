package io.mlaas.blockchain.transaction;

import java.math.BigInteger;
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
    private final ChainProperties properties;

    Receipts(Ledger ledger, ChainNode node, ChainProperties properties) {
        this.ledger = ledger;
        this.node = node;
        this.properties = properties;
    }

    /** The outcome, or nothing while the transaction is not mined or not deep enough in the chain. */
    Optional<Outcome> settle(StoredTransaction transaction) {
        return node.receipt(transaction.hash()).filter(this::isConfirmed).map(receipt -> settle(transaction, receipt));
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
            }
            return new Outcome.Mined(transaction.hash(), block.longValueExact(), receipt.getContractAddress());
        }
        Outcome.Refused refusal = node.refusal(transaction, block);
        log.warn("{}: transaction {} was reverted: {}", transaction.requestKey(), transaction.hash(), refusal.detail());
        ledger.reverted(transaction, block.longValueExact(), receipt.getBlockHash(), refusal.detail());
        return refusal;
    }
}
