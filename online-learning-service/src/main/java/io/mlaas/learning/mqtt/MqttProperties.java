package io.mlaas.learning.mqtt;

import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The MQTT broker.
 *
 * @param url {@code tcp://HOST:PORT} or {@code ssl://HOST:PORT}; without one, there is no broker
 * @param userName of the platform's account, which may use every topic
 * @param password of that account
 * @param clientId of this instance: the same after a restart, another one for each instance
 */
@ConfigurationProperties("mlaas.mqtt")
public record MqttProperties(
        @Nullable URI url,
        @DefaultValue("") String userName,
        @DefaultValue("") String password,
        @DefaultValue("online-learning-service") String clientId) {
    private static final Set<String> SCHEMES = Set.of("tcp", "ssl");

    public MqttProperties {
        if (url != null && url.toString().isEmpty()) {
            url = null;
        }
        if (url != null && (!SCHEMES.contains(String.valueOf(url.getScheme())) || url.getHost() == null)) {
            throw new IllegalArgumentException(
                    "mlaas.mqtt.url: " + url + " (expected: tcp://HOST:PORT or ssl://HOST:PORT)");
        }
        if (clientId.isBlank()) {
            throw new IllegalArgumentException("mlaas.mqtt.client-id: empty (expected: a name of this instance)");
        }
    }

    /** Whether there is a broker. */
    public boolean present() {
        return url != null;
    }

    @Override
    public String toString() {
        return "MqttProperties[url=" + url + ", userName=" + userName + ", password=…, clientId=" + clientId + "]";
    }
}
