package io.mlaas.kit.security;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The identity provider's signing keys, by which tokens are checked. A key that is withdrawn there is good here for
 * {@code keys-max-age} at most; a new one is found when the first token names it. Tokens that name keys which do not
 * exist cannot make this ask the provider more often than every few seconds.
 */
class SigningKeys implements JWKSource<SecurityContext> {
    private static final Duration LEAST_INTERVAL = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private record Fetched(JWKSet keys, Instant at) {}

    private final URI uri;
    private final Duration oldest;
    private final Duration leastInterval;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile @Nullable Fetched fetched;
    private volatile Instant failedAt = Instant.MIN;

    SigningKeys(URI uri, Duration oldest) {
        this.uri = uri;
        this.oldest = oldest;
        Duration half = oldest.dividedBy(2);
        leastInterval = half.compareTo(LEAST_INTERVAL) < 0 ? half : LEAST_INTERVAL;
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        List<JWK> chosen = selector.select(noOlderThan(oldest));
        return chosen.isEmpty() ? selector.select(noOlderThan(leastInterval)) : chosen;
    }

    private JWKSet noOlderThan(Duration age) throws RemoteKeySourceException {
        Fetched known = fetched;
        if (known != null && known.at().plus(age).isAfter(Instant.now())) {
            return known.keys();
        }
        fetching.lock();
        try {
            known = fetched;
            if (known != null && known.at().plus(age).isAfter(Instant.now())) {
                return known.keys();
            }
            if (failedAt.isAfter(Instant.now().minus(leastInterval))) {
                throw new RemoteKeySourceException("the identity provider's keys could not be read just now", null);
            }
            Fetched now = new Fetched(fetch(), Instant.now());
            fetched = now;
            return now.keys();
        } finally {
            fetching.unlock();
        }
    }

    private JWKSet fetch() throws RemoteKeySourceException {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(uri + " answered " + answer.statusCode() + " (expected: 200)");
            }
            return JWKSet.parse(answer.body());
        } catch (IOException | ParseException e) {
            failedAt = Instant.now();
            throw new RemoteKeySourceException("the identity provider's keys cannot be read from " + uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RemoteKeySourceException("interrupted", e);
        }
    }
}
