package io.mlaas.blockchain.directory;

import io.mlaas.blockchain.account.Account;
import io.mlaas.blockchain.account.Accounts;
import io.mlaas.blockchain.transaction.ChainProperties;
import io.mlaas.blockchain.transaction.Outcome;
import io.mlaas.blockchain.transaction.Submission;
import io.mlaas.blockchain.transaction.Transactions;
import io.mlaas.contracts.Addresses;
import io.mlaas.contracts.ChainReader;
import io.mlaas.contracts.ChainUnreachableException;
import io.mlaas.contracts.CompiledContract;
import io.mlaas.contracts.ContractTransactions;
import io.mlaas.contracts.Generation;
import io.mlaas.kit.seal.SealBrokenException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.web3j.protocol.Web3j;

/** Before the first request is taken: the right chain, the right directory on it, the right registrar. */
@Configuration(proxyBeanMethods = false)
class DirectoryStart {
    private static final Logger log = LoggerFactory.getLogger(DirectoryStart.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration RECOVERY = Duration.ofSeconds(5);

    @Bean(destroyMethod = "") // the client behind it is a bean of its own
    ChainReader chainReader(Web3j web3j) {
        return ChainReader.of(web3j);
    }

    @Bean
    Directory directory(
            ChainProperties properties,
            ChainReader chain,
            Accounts accounts,
            Transactions transactions,
            DirectoryRepository repository) {
        awaitChain(properties, chain);
        Account registrar = registrar(accounts);
        String found = Optional.ofNullable(properties.directory())
                .map(Addresses::checksummed)
                .or(() -> repository.first(properties.chainId()))
                .map(first -> repository.newest(properties.chainId(), first))
                .orElseGet(() -> deploy(
                        "deploy:directory:" + Generation.latest().number(),
                        ContractTransactions.deployDirectory(),
                        registrar,
                        transactions));
        Generation generation = requireGenuine(found, properties, chain, transactions);
        String actual = chain.registrar(found);
        if (!actual.equals(registrar.address()) && !accounts.isComingRegistrar(actual)) {
            throw new ChainStartException(
                    "registrar of the asset directory " + found + ": " + actual + " (expected: " + registrar.address()
                            + ", this service's own account)",
                    "Give the registrar's key as mlaas.blockchain.registrar-key to a service with an empty database, "
                            + "or let this service deploy a directory of its own.");
        }
        repository.remember(properties.chainId(), found);
        String address = found;
        if (generation != Generation.latest()) {
            address = deploy(
                    "deploy:directory:" + Generation.latest().number() + ":" + found,
                    ContractTransactions.deployDirectory(found),
                    registrar,
                    transactions);
            requireGenuine(address, properties, chain, transactions);
            repository.succeed(properties.chainId(), address, found);
            log.info("asset directory {} has the successor {}", found, address);
        }
        log.info("asset directory {} on chain {}, registrar {}", address, properties.chainId(), registrar.address());
        return new Directory(chain.lineage(address), chain, accounts, transactions);
    }

    private static void awaitChain(ChainProperties properties, ChainReader chain) {
        long chainId = patiently(properties, chain);
        if (chainId != properties.chainId()) {
            throw new ChainStartException(
                    "chain id of " + properties.rpcUrl() + ": " + chainId + " (expected: " + properties.chainId() + ")",
                    "Correct mlaas.blockchain.rpc-url or mlaas.blockchain.chain-id.");
        }
    }

    private static long patiently(ChainProperties properties, ChainReader chain) {
        long deadline = System.nanoTime() + properties.startTimeout().toNanos();
        while (true) {
            try {
                return chain.chainId();
            } catch (ChainUnreachableException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw new ChainStartException(
                            "node " + properties.rpcUrl() + ": no answer in "
                                    + properties.startTimeout().toSeconds() + " s",
                            "Start the chain's node, or correct mlaas.blockchain.rpc-url.",
                            e);
                }
                log.info("waiting for the chain's node at {}", properties.rpcUrl());
                pause();
            }
        }
    }

    private static Account registrar(Accounts accounts) {
        try {
            return accounts.registrar();
        } catch (SealBrokenException e) {
            throw new ChainStartException(
                    "the registrar's key does not open: " + e.getMessage(),
                    "Give the master key that this database's keys were sealed with.",
                    e);
        }
    }

    private static String deploy(String purpose, String data, Account registrar, Transactions transactions) {
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

    private static ChainStartException notDeployed(String why) {
        return new ChainStartException(
                "the asset directory cannot be deployed: " + why,
                "Check that the chain takes transactions without gas price and contracts of "
                        + CompiledContract.ASSET_DIRECTORY.runtimeCode().length() / 2 + " bytes.");
    }

    private static Generation requireGenuine(
            String address, ChainProperties properties, ChainReader chain, Transactions transactions) {
        long deadline = System.nanoTime() + RECOVERY.toNanos();
        Optional<Generation> generation = chain.generationOf(address);
        while (generation.isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new ChainStartException(
                        "code at " + address + " on chain " + properties.chainId()
                                + ": not the asset directory's (expected: the published AssetDirectory)",
                        "Correct mlaas.blockchain.directory, or point mlaas.blockchain.rpc-url at the chain that this "
                                + "database was used with.");
            }
            // A node that lost its last blocks gets them again from the ledger.
            transactions.reconcile();
            pause();
            generation = chain.generationOf(address);
        }
        return generation.get();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChainStartException("interrupted while waiting for the chain's node", "Start again.", e);
        }
    }
}
