package io.mlaas.blockchain.signing;

import io.mlaas.blockchain.directory.Registry;
import io.mlaas.blockchain.transaction.Outcome;
import io.mlaas.kit.problem.ProblemException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Puts the ids of keys on the chain, and that they were replaced. Every step can be taken again after a crash: its
 * transaction has a purpose, {@code publish-key:<id>} or {@code revoke-key:<id>}, which is served once.
 */
@Component
class KeyPublication {
    private static final Logger log = LoggerFactory.getLogger(KeyPublication.class);

    private final SigningKeyRepository repository;
    private final Registry registry;

    KeyPublication(SigningKeyRepository repository, Registry registry) {
        this.repository = repository;
        this.registry = registry;
    }

    /** Publishes what the chain does not know. */
    void advance() {
        for (StoredKey key : repository.unpublished()) {
            publish(key, one -> registry.publishKey(one.organizationId(), one.id()), repository::published);
        }
        for (StoredKey key : repository.revokedInSilence()) {
            publish(key, one -> registry.revokeKey(one.organizationId(), one.id()), repository::revocationPublished);
        }
    }

    private void publish(StoredKey key, Function<StoredKey, Outcome> submission, BiConsumer<StoredKey, String> done) {
        try {
            switch (submission.apply(key)) {
                case Outcome.Mined mined -> done.accept(key, mined.transactionHash());
                case Outcome.Refused refused -> failed(key, refused.detail());
                case Outcome.Taken taken -> failed(key, "another transaction was made for it");
            }
        } catch (ProblemException e) {
            failed(key, e.detail());
        }
    }

    private void failed(StoredKey key, String problem) {
        log.info("publishing signing key {} waits: {}", key.id(), problem);
        repository.failed(key, problem);
    }

    /** For a timer. */
    void advanceQuietly() {
        try {
            advance();
        } catch (RuntimeException e) {
            log.error("signing keys cannot be published now", e);
        }
    }
}
