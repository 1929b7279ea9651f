package io.mlaas.blockchain.directory;

import io.mlaas.blockchain.account.Account;
import io.mlaas.blockchain.account.Accounts;
import io.mlaas.blockchain.transaction.Outcome;
import io.mlaas.blockchain.transaction.Submission;
import io.mlaas.blockchain.transaction.Transactions;
import io.mlaas.contracts.Addresses;
import io.mlaas.contracts.CompiledContract;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** A contract of the platform's own, found or put on the chain at the start. */
record Deployment(String what, CompiledContract contract, Transactions transactions) {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration RECOVERY = Duration.ofSeconds(5);

    /** Deploys it, or finds that it was deployed for this purpose. */
    String deploy(String purpose, String data, Account registrar) {
        Outcome outcome = transactions.submit(new Submission(purpose, null, registrar, null, data));
        return switch (outcome) {
            case Outcome.Mined mined
            when mined.contractAddress() != null -> Addresses.checksummed(mined.contractAddress());
            case Outcome.Mined mined -> throw notDeployed("its receipt names no address");
            case Outcome.Refused refused -> throw notDeployed(refused.detail());
            case Outcome.Taken taken ->
                throw notDeployed("another release of this service deployed one from this database");
        };
    }

    private ChainStartException notDeployed(String why) {
        return new ChainStartException(
                "the " + what + " cannot be deployed: " + why,
                "Check that the chain takes transactions without gas price and contracts of "
                        + contract.runtimeCode().length() / 2 + " bytes.");
    }

    /** What is published at an address; a node that lost its last blocks gets them again from the ledger. */
    <T> T awaitGenuine(Supplier<Optional<T>> look, String address, long chainId, String property) {
        long deadline = System.nanoTime() + RECOVERY.toNanos();
        Optional<T> found = look.get();
        while (found.isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new ChainStartException(
                        "code at " + address + " on chain " + chainId + ": not the " + what
                                + "'s (expected: the published one)",
                        "Correct " + property + ", or point mlaas.blockchain.rpc-url at the chain that this "
                                + "database was used with.");
            }
            transactions.reconcile();
            pause();
            found = look.get();
        }
        return found.get();
    }

    /** Its registrar has to be this service's, now or after a replacement that is under way. */
    void requireRegistrar(String address, String actual, Account registrar, Accounts accounts) {
        if (!actual.equals(registrar.address()) && !accounts.isComingRegistrar(actual)) {
            throw new ChainStartException(
                    "registrar of the " + what + " " + address + ": " + actual + " (expected: " + registrar.address()
                            + ", this service's own account)",
                    "Give the registrar's key as mlaas.blockchain.registrar-key to a service with an empty database, "
                            + "or let this service deploy one of its own.");
        }
    }

    static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChainStartException("interrupted while waiting for the chain's node", "Start again.", e);
        }
    }
}
