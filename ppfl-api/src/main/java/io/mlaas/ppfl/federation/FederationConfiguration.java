package io.mlaas.ppfl.federation;

import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import io.mlaas.kit.seal.SealedColumn;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FederationConfiguration {
    static final String SEED = "federation seed";

    @Bean
    SealedColumn federationSeeds(MasterKeys keys) {
        return new SealedColumn("federation", "id", "id", "sealed_seed", new Seal(keys, SEED));
    }
}
