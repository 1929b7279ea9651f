package io.mlaas.blockchain.rotation;

import io.mlaas.blockchain.account.Account;
import io.mlaas.blockchain.account.Accounts;
import io.mlaas.blockchain.directory.Directory;
import io.mlaas.blockchain.directory.Registry;
import io.mlaas.blockchain.transaction.Outcome;
import io.mlaas.blockchain.transaction.Submission;
import io.mlaas.blockchain.transaction.Transactions;
import io.mlaas.contracts.ContractRefusal;
import io.mlaas.contracts.ContractTransactions;
import io.mlaas.kit.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes rotations on, step by step. Every step can be taken again after a crash: its transactions have purposes, and the
 * step and what it changes in the database are committed together.
 */
@Component
class KeyRotations {
    private static final Logger log = LoggerFactory.getLogger(KeyRotations.class);

    private final KeyRotationRepository repository;
    private final Accounts accounts;
    private final Directory directory;
    private final Registry registry;
    private final Transactions chain;
    private final TransactionTemplate transactions;

    KeyRotations(
            KeyRotationRepository repository,
            Accounts accounts,
            Directory directory,
            Registry registry,
            Transactions chain,
            TransactionTemplate transactions) {
        this.repository = repository;
        this.accounts = accounts;
        this.directory = directory;
        this.registry = registry;
        this.chain = chain;
        this.transactions = transactions;
    }

    /** Begins to replace an organization's key, unless that is under way. */
    KeyRotation begin(UUID organizationId, String requestedBy) {
        Account inUse = accounts.find(organizationId)
                .orElseThrow(() -> KeyProblem.NO_ACCOUNT.because(
                        "organization_id: " + organizationId + " (expected: one that has registered something)"));
        if (repository.underWay(organizationId).isEmpty()) {
            repository.add(inUse, accounts.coming(organizationId), requestedBy);
        }
        return repository
                .underWay(organizationId)
                .orElseGet(() -> repository.of(organizationId).getFirst());
    }

    /** Takes every rotation as far as it goes now. */
    void advance() {
        for (KeyRotation rotation : repository.allUnderWay()) {
            try {
                advance(rotation);
            } catch (ProblemException e) {
                log.info("replacing key {} waits: {}", rotation.oldAddress(), e.detail());
                repository.failed(rotation, e.detail());
            } catch (RuntimeException e) {
                // The others must not wait for this one.
                log.error("replacing key {} waits", rotation.oldAddress(), e);
                repository.failed(rotation, String.valueOf(e.getMessage()));
            }
        }
    }

    private void advance(KeyRotation rotation) {
        Account leaving = new Account(rotation.organizationId(), rotation.oldAddress());
        Account coming = new Account(rotation.organizationId(), rotation.newAddress());
        boolean ofRegistrar = rotation.organizationId().equals(Accounts.PLATFORM);
        switch (rotation.step()) {
            case AUTHORIZE -> {
                if (ofRegistrar) {
                    handOver(leaving, coming);
                } else {
                    require(chain.submit(new Submission(
                            "authorize:" + coming.address() + ":" + directory.address(),
                            null,
                            accounts.registrar(),
                            directory.address(),
                            ContractTransactions.authorizeCompany(coming.address(), coming.ownerId()))));
                }
                transactions.executeWithoutResult(status -> {
                    if (repository.move(rotation, RotationStep.DRAIN)) {
                        accounts.change(leaving, coming);
                    }
                });
            }
            case DRAIN -> {
                if (chain.isIdle(leaving)) {
                    transactions.executeWithoutResult(status -> {
                        // The registrar's role went with the offer that the new account took.
                        if (repository.move(rotation, ofRegistrar ? RotationStep.DONE : RotationStep.REVOKE)
                                && ofRegistrar) {
                            accounts.retire(leaving);
                        }
                    });
                }
            }
            case REVOKE -> {
                revoke(leaving);
                transactions.executeWithoutResult(status -> {
                    if (repository.move(rotation, RotationStep.DONE)) {
                        accounts.retire(leaving);
                        log.info("account {} of {} is revoked", leaving.address(), leaving.ownerId());
                    }
                });
            }
            case DONE -> {}
        }
    }

    private void handOver(Account leaving, Account coming) {
        for (String address : registrarsContracts()) {
            require(chain.submit(new Submission(
                    "offer-registrar:" + coming.address() + ":" + address,
                    null,
                    leaving,
                    address,
                    ContractTransactions.offerRegistrar(coming.address()))));
            require(chain.submit(new Submission(
                    "accept-registrar:" + coming.address() + ":" + address,
                    null,
                    coming,
                    address,
                    ContractTransactions.acceptRegistrar())));
        }
    }

    /** The contracts in which the registrar has its role. */
    private List<String> registrarsContracts() {
        List<String> addresses = new ArrayList<>(directory.addresses());
        addresses.add(registry.address());
        return addresses;
    }

    /** Also in the directories that came before: what a stolen key registers there would be found through this one. */
    private void revoke(Account leaving) {
        for (String address : directory.addresses()) {
            Outcome outcome = chain.submit(new Submission(
                    "revoke:" + leaving.address() + ":" + address,
                    null,
                    accounts.registrar(),
                    address,
                    ContractTransactions.revokeCompany(leaving.address())));
            // Not authorised is what it is to become.
            if (!(outcome instanceof Outcome.Refused refused) || refused.reason() != ContractRefusal.NOT_AUTHORIZED) {
                require(outcome);
            }
        }
    }

    private static void require(Outcome outcome) {
        switch (outcome) {
            case Outcome.Mined mined -> {}
            case Outcome.Refused refused -> throw KeyProblem.CHAIN_REFUSES_KEY.because(refused.detail());
            case Outcome.Taken taken ->
                throw KeyProblem.CHAIN_REFUSES_KEY.because("another transaction was made for it");
        }
    }

    /** For a timer. */
    void advanceQuietly() {
        try {
            advance();
        } catch (RuntimeException e) {
            log.error("key rotations cannot be taken on now", e);
        }
    }
}
