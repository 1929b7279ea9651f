package io.mlaas.blockchain.directory;

import io.mlaas.api.blockchain.NewestBlock;
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
import io.mlaas.contracts.DirectoryOnChain;
import io.mlaas.kit.client.Remembered;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** The asset directory that this service works with, and through it those that came before. */
public final class Directory {
    private static final int RETRY_AFTER_SECONDS = 5;

    private final List<DirectoryOnChain> lineage;
    private final ChainReader chain;
    private final Accounts accounts;
    private final Transactions transactions;
    private final Remembered<AssetOnChain> remembered;
    private final Set<String> authorized = ConcurrentHashMap.newKeySet();

    Directory(List<DirectoryOnChain> lineage, ChainReader chain, Accounts accounts, Transactions transactions) {
        this.lineage = List.copyOf(lineage);
        this.chain = chain;
        this.accounts = accounts;
        this.transactions = transactions;
        this.remembered = new Remembered<>(transactions::newestBlock, AssetOnChain::isFinal);
    }

    /** Its address on the chain. */
    public String address() {
        return lineage.getFirst().address();
    }

    /** The addresses of this one and of those that came before, the newest first. */
    public List<String> addresses() {
        return lineage.stream().map(DirectoryOnChain::address).toList();
    }

    /** What the chain says of an asset. */
    public Optional<AssetOnChain> asset(UUID assetId) {
        return ask(reader -> reader.asset(address(), assetId));
    }

    /**
     * What the chain says at an address, if the directory made the contract there; as of its newest block, or of one that
     * was the newest half a second ago if the record is one that never changes.
     */
    public Optional<AssetOnChain> assetAt(String contract) {
        return remembered.get(contract, asked -> ask(reader -> reader.assetAt(address(), asked)));
    }

    /** What the chain says of an asset, with the transactions that said so. */
    public Optional<ChainEvidence> evidence(UUID assetId) {
        return ask(reader -> reader.evidence(address(), assetId));
    }

    /** The addresses of many assets' contracts, without those that are not on the chain. */
    public Map<UUID, String> contractsOf(List<UUID> assetIds) {
        return ask(reader -> reader.contractsOf(address(), assetIds));
    }

    /** The account of an organization, made and authorised by the registrar if it was not yet. */
    public Account companyOf(UUID organizationId) {
        return companyOf(organizationId, address());
    }

    /** The account of an asset's organization, authorised in the directory that registered the asset. */
    public Account companyOf(AssetOnChain asset) {
        return companyOf(asset.organizationId(), asset.directory());
    }

    private Account companyOf(UUID organizationId, String address) {
        Account company = accounts.of(organizationId);
        if (authorized.contains(inDirectory(company, address))) {
            return company;
        }
        boolean known = ask(reader -> reader.organizationOf(address, company.address()))
                .filter(organizationId::equals)
                .isPresent();
        if (!known) {
            Outcome outcome = transactions.submit(new Submission(
                    "authorize:" + inDirectory(company, address),
                    null,
                    accounts.registrar(),
                    address,
                    ContractTransactions.authorizeCompany(company.address(), organizationId)));
            if (!(outcome instanceof Outcome.Mined)) {
                throw ChainProblem.CHAIN_MISBEHAVES.because(
                        "The directory does not authorise " + company.address() + ": " + outcome);
            }
        }
        authorized.add(inDirectory(company, address));
        return company;
    }

    private static String inDirectory(Account company, String address) {
        return company.address() + ":" + address;
    }

    /** Asks the chain again, at the next occasion, whether it knows the organization's account. */
    public void doubt(UUID organizationId) {
        Account company = accounts.of(organizationId);
        addresses().forEach(address -> authorized.remove(inDirectory(company, address)));
    }

    NewestBlock newestBlock() {
        return new NewestBlock(transactions.newestBlock().orElse(null));
    }

    ChainStatus status(String registry) {
        return ask(reader -> new ChainStatus(
                reader.chainId(),
                reader.blockNumber(),
                address(),
                addresses().subList(1, lineage.size()),
                registry,
                reader.registrar(address()),
                reader.nodeVersion()));
    }

    private <T> T ask(Function<ChainReader, T> question) {
        return answer(() -> question.apply(chain));
    }

    static <T> T answer(Supplier<T> question) {
        try {
            return question.get();
        } catch (ChainUnreachableException e) {
            throw ChainProblem.CHAIN_UNAVAILABLE.retryAfter(RETRY_AFTER_SECONDS, e.getMessage() + ".");
        } catch (ChainException e) {
            throw ChainProblem.CHAIN_MISBEHAVES.because(e.getMessage() + ".", e);
        }
    }
}
