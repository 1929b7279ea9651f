package io.mlaas.ppfl.delivery;

import io.mlaas.kit.net.AllowedAddresses;
import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import io.mlaas.kit.seal.SealedColumn;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DeliveryConfiguration {
    static final String SEALED_AS = "federation delivery";

    @Bean
    SealedColumn federationDeliveryKeys(MasterKeys keys) {
        return new SealedColumn(
                "federation_delivery", "federation_id", "federation_id", "sealed_keys", new Seal(keys, SEALED_AS));
    }

    @Bean
    AllowedAddresses deliveryAddresses(DeliveryProperties properties) {
        return new AllowedAddresses("mlaas.ppfl.delivery.allowed-networks", properties.allowedNetworks());
    }
}
