package io.mlaas.training.cluster.run;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The runner, where there is a cluster. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("mlaas.training.kubernetes.enabled")
class RunnerConfiguration {
    private static final Duration LOG_INTERVAL = Duration.ofSeconds(1);

    @Bean
    KubernetesRunner kubernetesRunner(KubernetesClient client, ImageProperties images) {
        return new KubernetesRunner(
                client, Objects.requireNonNullElse(client.getNamespace(), "default"), images, LOG_INTERVAL);
    }
}
