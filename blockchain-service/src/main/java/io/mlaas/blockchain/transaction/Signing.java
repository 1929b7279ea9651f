package io.mlaas.blockchain.transaction;

import io.mlaas.blockchain.account.Account;
import io.mlaas.blockchain.account.Accounts;
import java.math.BigInteger;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionDecoder;

/** Signs under a lock on the sender's nonce, and stores what it signed before anybody sends it. */
@Component
class Signing {
    private static final Logger log = LoggerFactory.getLogger(Signing.class);
    // Nodes take a replacement for a pending transaction only for a tenth more.
    private static final BigInteger EIGHT = BigInteger.valueOf(8);

    private final Ledger ledger;
    private final ChainNode node;
    private final Accounts accounts;
    private final ChainProperties properties;
    private final NodeProperties nodeProperties;
    private final TransactionTemplate transactions;

    Signing(
            Ledger ledger,
            ChainNode node,
            Accounts accounts,
            ChainProperties properties,
            NodeProperties nodeProperties,
            TransactionTemplate transactions) {
        this.ledger = ledger;
        this.node = node;
        this.accounts = accounts;
        this.properties = properties;
        this.nodeProperties = nodeProperties;
        this.transactions = transactions;
    }

    /** The submission with the key that signs for its company now. */
    Submission current(Submission submission) {
        return submission.from(accounts.signer(submission.sender()));
    }

    /** The transaction for a submission, signed now unless there is a living one. */
    StoredTransaction store(Submission submission, BigInteger gasLimit) {
        long chainNonce = node.minedNonce(submission.sender().address());
        while (true) {
            Optional<Account> replaced = tryStore(submission, gasLimit, chainNonce);
            if (replaced.isEmpty()) {
                return ledger.find(submission.requestKey()).orElseThrow();
            }
            // The company's key was replaced a moment ago.
            submission = submission.from(replaced.get());
            chainNonce = node.minedNonce(replaced.get().address());
        }
    }

    /** Empty when it is stored; else who has to sign now. */
    private Optional<Account> tryStore(Submission submission, BigInteger gasLimit, long chainNonce) {
        try {
            return Objects.requireNonNull(transactions.execute(status -> {
                // Held until the signature is committed: a key that is taken out of use signs nothing afterwards.
                Account signer = accounts.holdSigner(submission.sender());
                if (!signer.equals(submission.sender())) {
                    return Optional.of(signer);
                }
                long nonce = ledger.lockNonce(signer.address(), chainNonce);
                if (ledger.find(submission.requestKey()).isEmpty()) {
                    String signed = sign(
                            signer,
                            RawTransaction.createTransaction(
                                    BigInteger.valueOf(nonce),
                                    BigInteger.valueOf(nodeProperties.gasPrice()),
                                    gasLimit,
                                    submission.recipient(),
                                    submission.callData()));
                    ledger.add(submission, nonce, signed, Hash.sha3(signed));
                }
                return Optional.<Account>empty();
            }));
        } catch (DuplicateKeyException e) {
            log.debug("{}: another company's transaction came first", submission.requestKey(), e);
            return Optional.empty();
        }
    }

    /**
     * Signs a transaction that waits too long again, at the same nonce, for an eighth more: one of the two is mined.
     *
     * @return empty if the price may not rise any more
     */
    Optional<StoredTransaction> replace(StoredTransaction transaction) {
        RawTransaction old = TransactionDecoder.decode(transaction.signed());
        BigInteger raised = old.getGasPrice()
                .add(old.getGasPrice().divide(EIGHT))
                .add(BigInteger.ONE)
                .min(BigInteger.valueOf(nodeProperties.maxGasPrice()));
        if (raised.compareTo(old.getGasPrice()) <= 0) {
            return Optional.empty();
        }
        String signed = sign(
                new Account(transaction.ownerId(), transaction.sender()),
                RawTransaction.createTransaction(
                        old.getNonce(), raised, old.getGasLimit(), transaction.recipient(), transaction.callData()));
        if (!ledger.replace(transaction, signed, Hash.sha3(signed))) {
            return Optional.empty();
        }
        log.warn(
                "{}: transaction {} is not mined; signed again at nonce {} for {} wei",
                transaction.requestKey(),
                transaction.hash(),
                transaction.nonce(),
                raised);
        return ledger.find(transaction.requestKey());
    }

    private String sign(Account signer, RawTransaction transaction) {
        return accounts.sign(signer, transaction, properties.chainId());
    }
}
