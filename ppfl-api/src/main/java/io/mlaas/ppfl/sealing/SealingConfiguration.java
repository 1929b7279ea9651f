package io.mlaas.ppfl.sealing;

import io.mlaas.kit.seal.MasterKeys;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class SealingConfiguration {

    @Bean
    MasterKeys masterKeys(SealingProperties properties) {
        return properties.masterKeys();
    }
}
