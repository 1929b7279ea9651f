package io.mlaas.sharing.provenance;

import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.api.sharing.TrainingRecord;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** What training-service told: records of trainings and verdicts of reproductions, as they came. */
@Repository
class TestimonyRepository {
    private static final int SHOWN = 100;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    TestimonyRepository(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    Optional<TrainingRecord> record(UUID modelId) {
        return jdbc.sql("select record from training_record where model_id = :model")
                .param("model", modelId)
                .query(String.class)
                .optional()
                .map(text -> json.readValue(text, TrainingRecord.class));
    }

    /** @return false if there is one already */
    boolean insert(TrainingRecord record) {
        return jdbc.sql("""
                        insert into training_record (model_id, organization_id, job_id, record)
                        values (:model, :organization, :job, :record) on conflict (model_id) do nothing
                        """)
                        .param("model", record.modelId())
                        .param("organization", record.organizationId())
                        .param("job", record.jobId())
                        .param("record", json.writeValueAsString(record))
                        .update()
                == 1;
    }

    Optional<ReproductionVerdict> verdict(UUID reproductionId) {
        return jdbc.sql("select verdict from reproduction where id = :id")
                .param("id", reproductionId)
                .query(String.class)
                .optional()
                .map(this::verdict);
    }

    record Received(ReproductionVerdict verdict, Instant at) {}

    /** Newest first. */
    List<Received> verdicts(UUID modelId) {
        return jdbc.sql("""
                select verdict, received_at from reproduction where model_id = :model
                order by received_at desc, id limit :limit
                """)
                .param("model", modelId)
                .param("limit", SHOWN)
                .query((row, number) -> new Received(
                        verdict(row.getString("verdict")),
                        row.getObject("received_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    /** @return false if there is one already */
    boolean insert(ModelStatus model, ReproductionVerdict verdict) {
        return jdbc.sql("""
                        insert into reproduction (id, model_id, organization_id, outcome, verdict)
                        values (:id, :model, :organization, :outcome, :verdict) on conflict (id) do nothing
                        """)
                        .param("id", verdict.reproductionId())
                        .param("model", model.modelId())
                        .param("organization", model.organizationId())
                        .param("outcome", verdict.outcome().name())
                        .param("verdict", json.writeValueAsString(verdict))
                        .update()
                == 1;
    }

    private ReproductionVerdict verdict(String text) {
        return json.readValue(text, ReproductionVerdict.class);
    }
}
