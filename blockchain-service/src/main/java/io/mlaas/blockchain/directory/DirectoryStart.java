package io.mlaas.blockchain.directory;

import io.mlaas.blockchain.account.Account;
import io.mlaas.blockchain.account.Accounts;
import io.mlaas.blockchain.transaction.ChainProperties;
import io.mlaas.blockchain.transaction.Transactions;
import io.mlaas.contracts.Addresses;
import io.mlaas.contracts.ChainReader;
import io.mlaas.contracts.ChainUnreachableException;
import io.mlaas.contracts.CompiledContract;
import io.mlaas.contracts.ContractTransactions;
import io.mlaas.contracts.Generation;
import io.mlaas.kit.seal.SealBrokenException;
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
        Deployment deployment = new Deployment("asset directory", CompiledContract.ASSET_DIRECTORY, transactions);
        String found = Optional.ofNullable(properties.directory())
                .map(Addresses::checksummed)
                .or(() -> repository.first(properties.chainId()))
                .map(first -> repository.newest(properties.chainId(), first))
                .orElseGet(() -> deployment.deploy(
                        "deploy:directory:" + Generation.latest().number(),
                        ContractTransactions.deployDirectory(),
                        registrar));
        Generation generation = requireGenuine(found, properties, chain, deployment);
        deployment.requireRegistrar(found, chain.registrar(found), registrar, accounts);
        repository.remember(properties.chainId(), found);
        String address = found;
        if (generation != Generation.latest()) {
            address = deployment.deploy(
                    "deploy:directory:" + Generation.latest().number() + ":" + found,
                    ContractTransactions.deployDirectory(found),
                    registrar);
            requireGenuine(address, properties, chain, deployment);
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
                Deployment.pause();
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

    private static Generation requireGenuine(
            String address, ChainProperties properties, ChainReader chain, Deployment deployment) {
        return deployment.awaitGenuine(
                () -> chain.generationOf(address), address, properties.chainId(), "mlaas.blockchain.directory");
    }
}
