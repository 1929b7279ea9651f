package io.mlaas.ppfl.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * @param port where data owners' clients connect; 0 for a free one
 * @param address what it listens on
 * @param publicAddress HOST:PORT that enrolment kits name; localhost and the port where it is not given
 * @param poll how often the service looks after federations that nothing happens to
 * @param patience time-outs of a round with fewer answers than the quorum, after which the federation has failed
 * @param atOnce federations that are moved on at the same time; each takes a thread, and a connection to the database
 * @param largestAnswer that a client may send
 * @param kitValid how long an enrolment kit can be used
 * @param certificateValid how long a participant's certificate is good
 * @param retryMost the longest pause between attempts to register a model
 */
@ConfigurationProperties("mlaas.ppfl.federation")
record FederationServerProperties(
        @DefaultValue("18117") int port,
        @DefaultValue("127.0.0.1") String address,
        @Nullable String publicAddress,
        @DefaultValue("1s") Duration poll,
        @DefaultValue("3") int patience,
        @DefaultValue("4") int atOnce,
        @DefaultValue("256MB") DataSize largestAnswer,
        @DefaultValue("14d") Duration kitValid,
        @DefaultValue("90d") Duration certificateValid,
        @DefaultValue("1m") Duration retryMost) {
    FederationServerProperties {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("mlaas.ppfl.federation.port: " + port + " (expected: 0..65535)");
        }
        if (publicAddress != null && !publicAddress.matches("\\S+:[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                    "mlaas.ppfl.federation.public-address: " + publicAddress + " (expected: HOST:PORT)");
        }
        if (patience < 1) {
            throw new IllegalArgumentException("mlaas.ppfl.federation.patience: " + patience + " (expected: >= 1)");
        }
        if (atOnce < 1) {
            throw new IllegalArgumentException("mlaas.ppfl.federation.at-once: " + atOnce + " (expected: >= 1)");
        }
    }
}
