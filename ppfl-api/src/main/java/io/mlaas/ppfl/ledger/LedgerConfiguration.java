package io.mlaas.ppfl.ledger;

import io.mlaas.api.blockchain.AnchorApi;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class LedgerConfiguration {

    @Bean
    AnchorApi anchorApi(ServiceClients clients, ServicesProperties services) {
        return clients.create(AnchorApi.class, services.blockchain());
    }
}
