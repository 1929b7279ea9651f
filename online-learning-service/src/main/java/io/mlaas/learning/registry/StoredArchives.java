package io.mlaas.learning.registry;

import io.mlaas.online.Archives;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Files that learners began with, by their digests: a learner goes on when its model is gone from the registry. */
@Repository
public class StoredArchives {
    private final JdbcClient jdbc;
    private final ModelRegistry registry;

    StoredArchives(JdbcClient jdbc, ModelRegistry registry) {
        this.jdbc = jdbc;
        this.registry = registry;
    }

    /** Of one company, and no other. */
    public Archives of(UUID organizationId) {
        return sha256 -> jdbc.sql("""
                        select content from archive where organization_id = :organization and sha256 = :sha256
                        """)
                .param("organization", organizationId)
                .param("sha256", sha256)
                .query((row, number) -> row.getBytes("content"))
                .optional();
    }

    /**
     * Gets a model from the registry, with the rights of whoever asks now, and keeps it.
     *
     * @param format that it must have
     * @return its SHA-256
     * @throws io.mlaas.online.ConfigurationRefused if there is no such model for the caller, or none to begin with
     */
    public String keep(UUID modelId, String format, UUID organizationId) {
        byte[] content = registry.archive(modelId, format);
        String sha256 = sha256(content);
        jdbc.sql("""
                insert into archive (organization_id, sha256, content) values (:organization, :sha256, :content)
                on conflict (organization_id, sha256) do update set stored_at = now()
                """)
                .param("organization", organizationId)
                .param("sha256", sha256)
                .param("content", content)
                .update();
        return sha256;
    }

    /** After a learner's end; what was stored just now may be for one that is being made. */
    public void forgetUnused(UUID learner) {
        jdbc.sql("""
                delete from archive a using learner gone
                where gone.id = :learner and a.organization_id = gone.organization_id
                  and a.stored_at < now() - interval '1 hour'
                  and a.sha256 = gone.document -> 'configuration' ->> 'archive'
                  and not exists (
                    select from learner other
                    where other.organization_id = a.organization_id and other.state <> 'DELETED'
                      and other.document -> 'configuration' ->> 'archive' = a.sha256)
                """).param("learner", learner).update();
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
