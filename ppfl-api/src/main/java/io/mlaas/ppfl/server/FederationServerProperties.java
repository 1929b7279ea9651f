package io.mlaas.ppfl.server;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param port where data owners' clients connect; 0 for a free one
 * @param address what it listens on
 * @param publicAddress HOST:PORT that enrolment kits name; localhost and the port where it is not given
 */
@ConfigurationProperties("mlaas.ppfl.federation")
record FederationServerProperties(
        @DefaultValue("18117") int port,
        @DefaultValue("127.0.0.1") String address,
        @Nullable String publicAddress) {
    FederationServerProperties {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("mlaas.ppfl.federation.port: " + port + " (expected: 0..65535)");
        }
        if (publicAddress != null && !publicAddress.matches("\\S+:[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                    "mlaas.ppfl.federation.public-address: " + publicAddress + " (expected: HOST:PORT)");
        }
    }
}
