package io.mlaas.sharing.registry;

import io.mlaas.api.training.TrainingApi;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RegistryConfiguration {

    @Bean
    TrainingApi trainingApi(ServiceClients clients, ServicesProperties services) {
        return clients.create(TrainingApi.class, services.training());
    }
}
