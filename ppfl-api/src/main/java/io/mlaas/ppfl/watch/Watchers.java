package io.mlaas.ppfl.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Links to watch by; of their secrets only the digests are kept. */
@Component
class Watchers {
    private static final String PREFIX = "mlw_";
    private static final int SECRET_BYTES = 32;

    private final JdbcClient jdbc;
    private final SecureRandom random = new SecureRandom();

    Watchers(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A link, without its secret.
     *
     * @param name of whom it is for
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Watcher(UUID id, String name, String createdBy, Instant createdAt, Instant expiresAt) {}

    /** A link that was made just now; the secret is not told again. */
    record Made(Watcher watcher, String secret) {
        @Override
        public String toString() {
            return "Made[watcher=" + watcher + ", secret=…]";
        }
    }

    Made make(UUID federation, String name, Duration validity, String createdBy) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Watcher watcher = jdbc.sql("""
                insert into federation_watcher (id, federation_id, name, secret_sha256, created_by, expires_at)
                values (:id, :federation, :name, :secret, :by, now() + make_interval(secs => :seconds)) returning *
                """)
                .param("id", UUID.randomUUID())
                .param("federation", federation)
                .param("name", name)
                .param("secret", digest(secret))
                .param("by", createdBy)
                .param("seconds", validity.toSeconds())
                .query(Watchers::watcher)
                .single();
        return new Made(watcher, secret);
    }

    /** Whether the secret is of a link to this federation that has not expired. */
    boolean open(UUID federation, String secret) {
        return jdbc.sql("""
                select exists (select 1 from federation_watcher
                    where federation_id = :federation and secret_sha256 = :secret and expires_at > now())
                """)
                .param("federation", federation)
                .param("secret", digest(secret))
                .query(Boolean.class)
                .single();
    }

    List<Watcher> of(UUID federation) {
        return jdbc.sql("select * from federation_watcher where federation_id = :federation order by created_at, id")
                .param("federation", federation)
                .query(Watchers::watcher)
                .list();
    }

    boolean remove(UUID federation, UUID watcher) {
        return jdbc.sql("delete from federation_watcher where federation_id = :federation and id = :id")
                        .param("federation", federation)
                        .param("id", watcher)
                        .update()
                == 1;
    }

    private static Watcher watcher(ResultSet row, int number) throws SQLException {
        return new Watcher(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("created_by"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires_at", OffsetDateTime.class).toInstant());
    }

    private static byte[] digest(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
