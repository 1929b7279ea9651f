package io.mlaas.sharing.anchoring;

import io.mlaas.api.blockchain.BlockchainApi;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AnchoringConfiguration {

    @Bean
    BlockchainApi blockchainApi(ServiceClients clients, ServicesProperties services) {
        return clients.create(BlockchainApi.class, services.blockchain());
    }
}
