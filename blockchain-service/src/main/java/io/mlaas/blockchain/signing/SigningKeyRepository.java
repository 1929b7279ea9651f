package io.mlaas.blockchain.signing;

import io.mlaas.provenance.dsse.EvidenceKey;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Keys that sign evidence, with their sealed private parts. */
@Repository
class SigningKeyRepository {
    private static final String SELECT =
            "select id, owner_id, public_key, created_at, revoked_at, published_in from signing_key ";

    private final JdbcClient jdbc;

    SigningKeyRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds a key unless its owner has one in use. */
    void add(UUID ownerId, EvidenceKey key, byte[] sealedKey) {
        jdbc.sql("""
                insert into signing_key (id, owner_id, public_key, sealed_key)
                values (:id, :ownerId, :publicKey, :sealedKey)
                on conflict (owner_id) where revoked_at is null do nothing
                """)
                .param("id", key.id())
                .param("ownerId", ownerId)
                .param("publicKey", key.publicKey().getEncoded())
                .param("sealedKey", sealedKey)
                .update();
    }

    Optional<StoredKey> inUse(UUID ownerId) {
        return jdbc.sql(SELECT + "where owner_id = :ownerId and revoked_at is null")
                .param("ownerId", ownerId)
                .query(StoredKey.class)
                .optional();
    }

    /** The newest first. */
    List<StoredKey> of(UUID ownerId) {
        return jdbc.sql(SELECT + "where owner_id = :ownerId order by created_at desc, id")
                .param("ownerId", ownerId)
                .query(StoredKey.class)
                .list();
    }

    byte[] sealedKey(String id) {
        return jdbc.sql("select sealed_key from signing_key where id = :id")
                .param("id", id)
                .query(byte[].class)
                .single();
    }

    /** @return false if it was revoked before */
    boolean revoke(StoredKey key) {
        return jdbc.sql("update signing_key set revoked_at = now() where id = :id and revoked_at is null")
                        .param("id", key.id())
                        .update()
                == 1;
    }

    /** Keys that the chain does not know, the oldest first. */
    List<StoredKey> unpublished() {
        return jdbc.sql(SELECT + "where published_in is null order by created_at limit 100")
                .query(StoredKey.class)
                .list();
    }

    /** Revoked keys of which the chain does not know that they are. */
    List<StoredKey> revokedInSilence() {
        return jdbc.sql(SELECT + """
                where published_in is not null and revoked_at is not null and revocation_published_in is null
                order by created_at limit 100
                """).query(StoredKey.class).list();
    }

    void published(StoredKey key, String transaction) {
        jdbc.sql("update signing_key set published_in = :transaction, problem = null where id = :id")
                .param("id", key.id())
                .param("transaction", transaction)
                .update();
    }

    void revocationPublished(StoredKey key, String transaction) {
        jdbc.sql("update signing_key set revocation_published_in = :transaction, problem = null where id = :id")
                .param("id", key.id())
                .param("transaction", transaction)
                .update();
    }

    void failed(StoredKey key, @Nullable String problem) {
        jdbc.sql("update signing_key set problem = :problem where id = :id")
                .param("id", key.id())
                .param("problem", problem)
                .update();
    }
}
