package io.mlaas.blockchain.directory;

import io.mlaas.blockchain.account.Accounts;
import io.mlaas.blockchain.transaction.Outcome;
import io.mlaas.blockchain.transaction.Submission;
import io.mlaas.blockchain.transaction.Transactions;
import io.mlaas.contracts.AnchoredBatch;
import io.mlaas.contracts.PublishedKey;
import io.mlaas.contracts.RegistryReader;
import io.mlaas.contracts.RegistryTransactions;
import io.mlaas.kit.client.Remembered;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The anchor registry that this service works with. Digests are 64 lower-case hexadecimal digits. */
public final class Registry {
    private final RegistryReader reader;
    private final Accounts accounts;
    private final Transactions transactions;
    private final Remembered<Anchored> remembered;

    Registry(RegistryReader reader, Accounts accounts, Transactions transactions) {
        this.reader = reader;
        this.accounts = accounts;
        this.transactions = transactions;
        this.remembered = new Remembered<>(transactions::newestBlock, anchored -> true);
    }

    /**
     * A batch on the chain.
     *
     * @param transaction hash of the transaction that anchored it
     */
    public record Anchored(AnchoredBatch batch, String transaction) {}

    /** Its address on the chain. */
    public String address() {
        return reader.address();
    }

    /** Where a root is on the chain; as of its newest block, or of one that was the newest half a second ago. */
    public Optional<Anchored> find(String root) {
        return remembered.get(
                root,
                asked -> Directory.answer(() -> reader.batchOf(asked).flatMap(batch -> reader.transactionOf(batch)
                        .map(transaction -> new Anchored(batch, transaction.hash())))));
    }

    /** Anchors a batch, once for a root; waits until it is mined. */
    public Outcome anchor(String root, long size) {
        return submit("anchor:" + root, RegistryTransactions.anchor(root, size));
    }

    /**
     * Publishes that a key signs for an organization; waits until that is mined.
     *
     * @param organizationId null for the platform
     */
    public Outcome publishKey(@Nullable UUID organizationId, String fingerprint) {
        return submit("publish-key:" + fingerprint, RegistryTransactions.publishKey(organizationId, fingerprint));
    }

    /** Publishes that a key signs for its organization no more; waits until that is mined. */
    public Outcome revokeKey(@Nullable UUID organizationId, String fingerprint) {
        return submit("revoke-key:" + fingerprint, RegistryTransactions.revokeKey(organizationId, fingerprint));
    }

    /** Whose key a fingerprint is, if the chain knows it. */
    public Optional<PublishedKey> keyOf(String fingerprint) {
        return Directory.answer(() -> reader.keyOf(fingerprint));
    }

    private Outcome submit(String purpose, String data) {
        return transactions.submit(new Submission(purpose, null, accounts.registrar(), reader.address(), data));
    }
}
