package io.mlaas.kit.client;

import io.mlaas.kit.security.SecurityProperties;
import java.net.http.HttpClient;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProviderBuilder;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.web.client.RestClient;

@AutoConfiguration(
        afterName = "org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration",
        beforeName = "org.springframework.boot.security.oauth2.client.autoconfigure.OAuth2ClientAutoConfiguration")
@EnableConfigurationProperties(ServicesProperties.class)
class ClientAutoConfiguration {
    private static final Duration CALL = Duration.ofMinutes(2);
    private static final Duration TRANSFER = Duration.ofHours(2);

    @Bean
    ServiceClients serviceClients(
            RestClient.Builder builder,
            SecurityProperties security,
            @Value("${spring.application.name}") String clientId) {
        var registrations = new InMemoryClientRegistrationRepository(
                ClientRegistration.withRegistrationId(ServiceClients.REGISTRATION)
                        .tokenUri(security.tokenUri())
                        .clientId(clientId)
                        .clientSecret(security.clientSecret())
                        .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                        .build());
        var manager = new AuthorizedClientServiceOAuth2AuthorizedClientManager(
                registrations, new InMemoryOAuth2AuthorizedClientService(registrations));
        manager.setAuthorizedClientProvider(OAuth2AuthorizedClientProviderBuilder.builder()
                .clientCredentials()
                .build());
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        return new ServiceClients(builder, requests(http, CALL), requests(http, TRANSFER), manager);
    }

    /** @param timeout for the whole exchange: the client stops reading the answer then, however it flows */
    private static JdkClientHttpRequestFactory requests(HttpClient http, Duration timeout) {
        var requests = new JdkClientHttpRequestFactory(http);
        requests.setReadTimeout(timeout);
        return requests;
    }
}
