package io.mlaas.sharing.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.api.blockchain.SigningApi;
import io.mlaas.api.blockchain.SigningKey;
import io.mlaas.sharing.anchoring.AnchoringProblem;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClientException;

/** The public keys that check an asset's evidence. */
@Component
public class PublishedKeys {
    private static final Logger log = LoggerFactory.getLogger(PublishedKeys.class);

    private final SigningApi signing;

    PublishedKeys(SigningApi signing) {
        this.signing = signing;
    }

    /**
     * A key, newest first.
     *
     * @param owner whose it is: the company's signs model signatures, the platform's statements and verdicts
     * @param keyId its fingerprint, as the chain has it
     * @param publicKey PEM
     * @param publishedIn the transaction that put its fingerprint on the chain
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Key(
            String owner,
            @Nullable UUID organizationId,
            String keyId,
            String publicKey,
            Instant createdAt,
            @Nullable Instant revokedAt,
            @Nullable String publishedIn) {}

    public List<Key> of(UUID organizationId) {
        try {
            return Stream.concat(
                            keys("organization", organizationId, signing.signingKeys(organizationId)),
                            keys("platform", null, signing.signingKeys(null)))
                    .toList();
        } catch (RestClientException e) {
            log.warn("the keys of {} cannot be asked for", organizationId, e);
            throw AnchoringProblem.CHAIN_UNREACHABLE.retryAfter(
                    5, "The service that keeps the keys of " + organizationId + " does not answer.");
        }
    }

    private static Stream<Key> keys(String owner, @Nullable UUID organizationId, List<SigningKey> keys) {
        return keys.stream()
                .map(key -> new Key(
                        owner,
                        organizationId,
                        key.keyId(),
                        key.publicKey(),
                        key.createdAt(),
                        key.revokedAt(),
                        key.publishedIn()));
    }
}
