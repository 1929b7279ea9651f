package io.mlaas.ppfl.server;

import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import io.mlaas.kit.seal.SealedColumn;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ServerConfiguration {
    @Bean
    SealedColumn federationAuthorities(MasterKeys keys) {
        return new SealedColumn(
                "federation_authority",
                "federation_id",
                "federation_id",
                "sealed_key",
                new Seal(keys, Authorities.PURPOSE));
    }
}
