package io.mlaas.sharing.registry;

import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class TranslationRepository {
    private final JdbcClient jdbc;

    TranslationRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What a translation is made from.
     *
     * @param referenceSha256 of what the user recorded in the source framework and it was compared with; empty if nothing
     */
    record Origin(UUID sourceModelId, String format, String referenceSha256) {}

    /** @return false if the same bytes are registered as this translation already */
    boolean insert(UUID modelId, Origin origin, String sha256) {
        jdbc.sql("""
                update translation t set superseded = true from model m
                where m.id = t.model_id and m.state in ('QUARANTINED', 'FAILED', 'DELETED') and not t.superseded
                  and t.source_model_id = :source and t.format = :format and t.sha256 = :sha256
                  and t.reference_sha256 = :reference
                """)
                .param("source", origin.sourceModelId())
                .param("format", origin.format())
                .param("sha256", sha256)
                .param("reference", origin.referenceSha256())
                .update();
        return jdbc.sql("""
                        insert into translation (model_id, source_model_id, format, sha256, reference_sha256)
                        values (:model, :source, :format, :sha256, :reference)
                        on conflict (source_model_id, format, sha256, reference_sha256) where not superseded do nothing
                        """)
                        .param("model", modelId)
                        .param("source", origin.sourceModelId())
                        .param("format", origin.format())
                        .param("sha256", sha256)
                        .param("reference", origin.referenceSha256())
                        .update()
                == 1;
    }

    /** The one with these bytes that may still be used: a quarantined one is made anew, under a new id. */
    Optional<UUID> find(Origin origin, String sha256) {
        return jdbc.sql("""
                select t.model_id from translation t join model m on m.id = t.model_id
                where t.source_model_id = :source and t.format = :format and t.sha256 = :sha256
                  and t.reference_sha256 = :reference
                  and not t.superseded and m.state not in ('QUARANTINED', 'FAILED', 'DELETED')
                """)
                .param("source", origin.sourceModelId())
                .param("format", origin.format())
                .param("sha256", sha256)
                .param("reference", origin.referenceSha256())
                .query(UUID.class)
                .optional();
    }

    /** The newest one that may still be used. */
    Optional<UUID> latest(UUID sourceModelId, String format) {
        return jdbc.sql("""
                select t.model_id from translation t join model m on m.id = t.model_id
                where t.source_model_id = :source and t.format = :format
                  and m.state in ('PENDING', 'STORED', 'TRAINED')
                order by m.created_at desc limit 1
                """)
                .param("source", sourceModelId)
                .param("format", format)
                .query(UUID.class)
                .optional();
    }

    /** Whether the model is a translation. */
    boolean isTranslation(UUID modelId) {
        return jdbc.sql("select exists (select from translation where model_id = :model)")
                .param("model", modelId)
                .query(Boolean.class)
                .single();
    }

    /** The certificate of a translation that was made before certificates were files with their digest on the chain. */
    Optional<String> unanchoredCertificate(UUID modelId) {
        return jdbc.sql("select certificate from translation where model_id = :model and certificate is not null")
                .param("model", modelId)
                .query(String.class)
                .optional();
    }
}
