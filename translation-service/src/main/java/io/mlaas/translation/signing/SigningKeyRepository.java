package io.mlaas.translation.signing;

import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The public halves of all keys that ever signed here: a certificate outlives the key that signed it. */
@Repository
class SigningKeyRepository {
    private final JdbcClient jdbc;

    SigningKeyRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    record Known(String fingerprint, String publicKey, Instant firstUsedAt) {}

    void remember(String fingerprint, String publicKey) {
        jdbc.sql("""
                insert into signing_key (fingerprint, public_key) values (:fingerprint, :key)
                on conflict (fingerprint) do nothing
                """).param("fingerprint", fingerprint).param("key", publicKey).update();
    }

    /** The newest first. */
    List<Known> all() {
        return jdbc.sql("select fingerprint, public_key, first_used_at from signing_key order by sequence desc")
                .query((row, number) -> new Known(
                        row.getString("fingerprint"),
                        row.getString("public_key"),
                        row.getTimestamp("first_used_at").toInstant()))
                .list();
    }
}
