package io.mlaas.kit.client;

import io.mlaas.kit.observe.Correlation;
import io.mlaas.kit.security.Caller;
import io.mlaas.kit.security.CallerAuthentication;
import java.io.IOException;
import java.net.URI;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/** Makes clients for other services: they carry this service's token, the user behind the request, and its correlation id. */
public final class ServiceClients {
    static final String REGISTRATION = "mlaas";
    private static final String ON_BEHALF_OF = "X-On-Behalf-Of";

    private final RestClient.Builder calls;
    private final RestClient.Builder transfers;
    private final OAuth2AuthorizedClientManager tokens;

    /**
     * @param calls with a timeout for a question and its answer
     * @param transfers with one for a large file
     */
    ServiceClients(
            RestClient.Builder builder,
            ClientHttpRequestFactory calls,
            ClientHttpRequestFactory transfers,
            OAuth2AuthorizedClientManager tokens) {
        this.calls = builder.clone().requestFactory(IdentifiedRequest.factory(calls, this::identify));
        this.transfers = builder.clone().requestFactory(IdentifiedRequest.factory(transfers, this::identify));
        this.tokens = tokens;
    }

    /** A client of one of the interfaces in {@code mlaas-api}. */
    public <T> T create(Class<T> api, URI baseUrl) {
        RestClient client = calls.clone().baseUrl(baseUrl.toString()).build();
        return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client))
                .build()
                .createClient(api);
    }

    /** For what an interface cannot say: streamed files. */
    public RestClient restClient(URI baseUrl) {
        return transfers.clone().baseUrl(baseUrl.toString()).build();
    }

    private void identify(HttpHeaders headers) {
        if (headers.getFirst(HttpHeaders.AUTHORIZATION) == null) {
            headers.setBearerAuth(ownToken());
            if (SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication user) {
                String token = user.userToken();
                if (token != null && !user.getPrincipal().organizationId().equals(Caller.PLATFORM)) {
                    headers.set(ON_BEHALF_OF, token);
                }
            }
        }
        String correlation = Correlation.current();
        if (correlation != null) {
            headers.set(Correlation.HEADER, correlation);
        }
    }

    private String ownToken() {
        try {
            OAuth2AuthorizedClient client =
                    tokens.authorize(OAuth2AuthorizeRequest.withClientRegistrationId(REGISTRATION)
                            .principal("service")
                            .build());
            if (client == null) {
                throw new IllegalStateException("the identity provider gave this service no token");
            }
            return client.getAccessToken().getTokenValue();
        } catch (OAuth2AuthorizationException e) {
            throw new ResourceAccessException(
                    "the identity provider gives this service no token: "
                            + e.getError().getErrorCode(),
                    new IOException(e));
        }
    }
}
