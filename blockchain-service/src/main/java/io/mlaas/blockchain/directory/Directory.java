package io.mlaas.blockchain.directory;

import io.mlaas.blockchain.account.Account;
import io.mlaas.blockchain.account.Accounts;
import io.mlaas.blockchain.transaction.ChainProblem;
import io.mlaas.blockchain.transaction.Outcome;
import io.mlaas.blockchain.transaction.Submission;
import io.mlaas.blockchain.transaction.Transactions;
import io.mlaas.contracts.AssetOnChain;
import io.mlaas.contracts.ChainEvidence;
import io.mlaas.contracts.ChainException;
import io.mlaas.contracts.ChainReader;
import io.mlaas.contracts.ChainUnreachableException;
import io.mlaas.contracts.ContractTransactions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The asset directory that this service works with. */
public final class Directory {
    private static final int RETRY_AFTER_SECONDS = 5;

    private final String address;
    private final Account registrar;
    private final ChainReader chain;
    private final Accounts accounts;
    private final Transactions transactions;
    private final Set<String> authorized = ConcurrentHashMap.newKeySet();

    Directory(String address, Account registrar, ChainReader chain, Accounts accounts, Transactions transactions) {
        this.address = address;
        this.registrar = registrar;
        this.chain = chain;
        this.accounts = accounts;
        this.transactions = transactions;
    }

    /** Its address on the chain. */
    public String address() {
        return address;
    }

    /** What the chain says of an asset. */
    public Optional<AssetOnChain> asset(UUID assetId) {
        return ask(reader -> reader.asset(address, assetId));
    }

    /** What the chain says at an address, if the directory made the contract there. */
    public Optional<AssetOnChain> assetAt(String contract) {
        return ask(reader -> reader.assetAt(address, contract));
    }

    /** What the chain says of an asset, with the transactions that said so. */
    public Optional<ChainEvidence> evidence(UUID assetId) {
        return ask(reader -> reader.evidence(address, assetId));
    }

    /** The account of an organization, made and authorised by the registrar if it was not yet. */
    public Account companyOf(UUID organizationId) {
        Account company = accounts.of(organizationId);
        if (authorized.contains(company.address())) {
            return company;
        }
        boolean known = ask(reader -> reader.organizationOf(address, company.address()))
                .filter(organizationId::equals)
                .isPresent();
        if (!known) {
            Outcome outcome = transactions.submit(new Submission(
                    "authorize:" + company.address(),
                    null,
                    registrar,
                    address,
                    ContractTransactions.authorizeCompany(company.address(), organizationId)));
            if (!(outcome instanceof Outcome.Mined)) {
                throw ChainProblem.CHAIN_MISBEHAVES.because(
                        "The directory does not authorise " + company.address() + ": " + outcome);
            }
        }
        authorized.add(company.address());
        return company;
    }

    /** Asks the chain again, at the next occasion, whether it knows the organization's account. */
    public void doubt(UUID organizationId) {
        authorized.remove(accounts.of(organizationId).address());
    }

    ChainStatus status() {
        return ask(reader -> new ChainStatus(
                reader.chainId(), reader.blockNumber(), address, reader.registrar(address), reader.nodeVersion()));
    }

    private <T> T ask(Function<ChainReader, T> question) {
        try {
            return question.apply(chain);
        } catch (ChainUnreachableException e) {
            throw ChainProblem.CHAIN_UNAVAILABLE.retryAfter(RETRY_AFTER_SECONDS, e.getMessage() + ".");
        } catch (ChainException e) {
            throw ChainProblem.CHAIN_MISBEHAVES.because(e.getMessage() + ".", e);
        }
    }
}
