package io.mlaas.blockchain.directory;

import io.mlaas.blockchain.account.Account;
import io.mlaas.blockchain.account.Accounts;
import io.mlaas.blockchain.transaction.ChainProperties;
import io.mlaas.blockchain.transaction.Transactions;
import io.mlaas.contracts.Addresses;
import io.mlaas.contracts.ChainReader;
import io.mlaas.contracts.CompiledContract;
import io.mlaas.contracts.RegistryReader;
import io.mlaas.contracts.RegistryTransactions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Before the first request is taken: the right anchor registry, with the right registrar. */
@Configuration(proxyBeanMethods = false)
class RegistryStart {
    private static final Logger log = LoggerFactory.getLogger(RegistryStart.class);

    /** @param directory is there once the chain is known to be the right one */
    @Bean
    Registry registry(
            Directory directory,
            ChainProperties properties,
            RegistryProperties registryProperties,
            ChainReader chain,
            Accounts accounts,
            Transactions transactions,
            RegistryRepository repository) {
        Account registrar = accounts.registrar();
        Deployment deployment = new Deployment("anchor registry", CompiledContract.ANCHOR_REGISTRY, transactions);
        String address = known(registryProperties, repository.find(properties.chainId()))
                .orElseGet(() -> deployment.deploy("deploy:registry:1", RegistryTransactions.deploy(), registrar));
        RegistryReader reader = new RegistryReader(chain, address);
        deployment.awaitGenuine(
                () -> reader.isGenuine() ? Optional.of(reader) : Optional.empty(),
                address,
                properties.chainId(),
                "mlaas.blockchain.registry");
        deployment.requireRegistrar(address, reader.registrar(), registrar, accounts);
        repository.remember(properties.chainId(), address);
        log.info("anchor registry {}, after asset directory {}", address, directory.address());
        return new Registry(reader, accounts, transactions);
    }

    private static Optional<String> known(RegistryProperties properties, Optional<String> remembered) {
        Optional<String> configured = Optional.ofNullable(properties.registry()).map(Addresses::checksummed);
        if (configured.isPresent() && remembered.isPresent() && !configured.equals(remembered)) {
            throw new ChainStartException(
                    "mlaas.blockchain.registry: " + configured.get() + " (expected: " + remembered.get()
                            + ", which holds the batches of this database)",
                    "Correct mlaas.blockchain.registry, or leave it out.");
        }
        return configured.or(() -> remembered);
    }
}
