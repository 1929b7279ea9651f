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

    /** @return false if the same bytes are registered as this translation already */
    boolean insert(UUID modelId, UUID sourceModelId, String format, String sha256, String certificate) {
        jdbc.sql("""
                update translation t set superseded = true from model m
                where m.id = t.model_id and m.state in ('QUARANTINED', 'FAILED', 'DELETED') and not t.superseded
                  and t.source_model_id = :source and t.format = :format and t.sha256 = :sha256
                """)
                .param("source", sourceModelId)
                .param("format", format)
                .param("sha256", sha256)
                .update();
        return jdbc.sql("""
                        insert into translation (model_id, source_model_id, format, sha256, certificate)
                        values (:model, :source, :format, :sha256, :certificate)
                        on conflict (source_model_id, format, sha256) where not superseded do nothing
                        """)
                        .param("model", modelId)
                        .param("source", sourceModelId)
                        .param("format", format)
                        .param("sha256", sha256)
                        .param("certificate", certificate)
                        .update()
                == 1;
    }

    /** The one with these bytes that may still be used: a quarantined one is made anew, under a new id. */
    Optional<UUID> find(UUID sourceModelId, String format, String sha256) {
        return jdbc.sql("""
                select t.model_id from translation t join model m on m.id = t.model_id
                where t.source_model_id = :source and t.format = :format and t.sha256 = :sha256
                  and not t.superseded and m.state not in ('QUARANTINED', 'FAILED', 'DELETED')
                """)
                .param("source", sourceModelId)
                .param("format", format)
                .param("sha256", sha256)
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

    /** As it came, byte for byte: its own digest may be recorded elsewhere. */
    Optional<String> certificate(UUID modelId) {
        return jdbc.sql("select certificate from translation where model_id = :model")
                .param("model", modelId)
                .query(String.class)
                .optional();
    }
}
