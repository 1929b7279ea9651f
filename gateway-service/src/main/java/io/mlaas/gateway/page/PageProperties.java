package io.mlaas.gateway.page;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param accountPage where people manage their account at the identity provider; the link is left out where it is empty
 * @param statusTimeout how long a service may take to say that it is ready
 * @param statusMaxAge how long an answer of {@code /status} is given again, so that many readers ask the services once
 */
@ConfigurationProperties("mlaas.gateway")
record PageProperties(
        @Nullable String accountPage,
        @DefaultValue("2s") Duration statusTimeout,
        @DefaultValue("2s") Duration statusMaxAge) {}
