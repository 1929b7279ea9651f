package io.mlaas.sharing.registry;

import io.mlaas.api.training.TrainingApi;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.ExponentialBackOff;

@Configuration(proxyBeanMethods = false)
class RegistryConfiguration {

    @Bean
    TrainingApi trainingApi(ServiceClients clients, ServicesProperties services) {
        return clients.create(TrainingApi.class, services.training());
    }

    /** An event waits until it can be handled: the default would drop it after ten attempts, when the database is away. */
    @Bean
    CommonErrorHandler eventsWait() {
        ExponentialBackOff pauses = new ExponentialBackOff(500, 2);
        pauses.setMaxInterval(30_000);
        return new DefaultErrorHandler(pauses);
    }
}
