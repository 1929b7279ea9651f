package io.mlaas.blockchain.signing;

import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import io.mlaas.kit.seal.SealedColumn;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class SigningConfiguration {

    @Bean
    SealedColumn sealedSigningKeys(MasterKeys keys) {
        return new SealedColumn("signing_key", "id", "owner_id", "sealed_key", new Seal(keys, SigningKeys.SEALED_AS));
    }
}
