package io.mlaas.kit.client;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Base URLs of the platform's services. */
@ConfigurationProperties("mlaas.services")
public record ServicesProperties(
        @DefaultValue("http://127.0.0.1:18101") URI modelSharing,
        @DefaultValue("http://127.0.0.1:18102") URI blockchain,
        @DefaultValue("http://127.0.0.1:18103") URI training,
        @DefaultValue("http://127.0.0.1:18104") URI translation,
        @DefaultValue("http://127.0.0.1:18105") URI onlineLearning,
        @DefaultValue("http://127.0.0.1:18106") URI monitoring,
        @DefaultValue("http://127.0.0.1:18107") URI ppfl) {}
