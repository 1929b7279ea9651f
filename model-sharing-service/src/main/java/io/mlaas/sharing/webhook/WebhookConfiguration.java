package io.mlaas.sharing.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.kit.net.AllowedAddresses;
import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import io.mlaas.kit.seal.SealedColumn;
import okhttp3.Dns;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {
    private static final String SEALED_AS = "webhook";

    @Bean
    SealedColumn sealedWebhookSecrets(MasterKeys keys) {
        return new SealedColumn("webhook", "id", "id", "sealed_secret", new Seal(keys, SEALED_AS));
    }

    @Bean
    AllowedAddresses allowedAddresses(WebhookProperties properties) {
        return new AllowedAddresses("mlaas.sharing.webhook.allowed-networks", properties.allowedNetworks());
    }

    @Bean
    Webhooks webhooks(
            WebhookRepository webhooks,
            DeliveryRepository deliveries,
            WebhookRelay relay,
            MasterKeys keys,
            AllowedAddresses allowed,
            WebhookProperties properties,
            PlatformTransactionManager transactions,
            tools.jackson.databind.json.JsonMapper json) {
        return new Webhooks(
                webhooks,
                deliveries,
                relay,
                new Seal(keys, SEALED_AS),
                allowed,
                properties,
                new TransactionTemplate(transactions),
                json);
    }

    @Bean
    WebhookRelay webhookRelay(
            DeliveryRepository deliveries,
            WebhookRepository webhooks,
            MasterKeys keys,
            AllowedAddresses allowed,
            WebhookProperties properties,
            PlatformTransactionManager transactions,
            MeterRegistry meters) {
        return new WebhookRelay(
                deliveries,
                webhooks,
                new WebhookSender(allowed, properties.timeout(), Dns.SYSTEM),
                new Seal(keys, SEALED_AS),
                properties,
                new TransactionTemplate(transactions),
                meters);
    }
}
