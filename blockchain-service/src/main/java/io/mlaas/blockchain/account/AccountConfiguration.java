package io.mlaas.blockchain.account;

import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import io.mlaas.kit.seal.SealedColumn;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AccountConfiguration {

    @Bean
    MasterKeys masterKeys(AccountProperties properties) {
        return properties.masterKeys();
    }

    @Bean
    SealedColumn sealedAccountKeys(MasterKeys keys) {
        return new SealedColumn("account", "address", "owner_id", "sealed_key", new Seal(keys, Accounts.SEALED_AS));
    }
}
