package io.mlaas.sharing.registry;

import io.mlaas.sharing.artifact.Artifact;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class ModelRepository {
    private static final String SELECT = "select m.*, " + Artifact.columns("d") + ", " + Artifact.columns("r") + """
             from model m
             left join artifact d on d.id = m.definition_id
             left join artifact r on r.id = m.result_id
            """;

    private final JdbcClient jdbc;
    private final JsonColumn json;
    private final LabelRepository labels;

    ModelRepository(JdbcClient jdbc, JsonColumn json, LabelRepository labels) {
        this.jdbc = jdbc;
        this.json = json;
        this.labels = labels;
    }

    void insert(Model model) {
        Model.TrainImageReference image = model.trainImage();
        Model.Snapshot snapshot = model.snapshot();
        jdbc.sql("""
                insert into model
                    (id, organization_id, developer_id, registered_by, dataset_id, state, train_image,
                     train_image_sha256, train_image_md5, params, metadata, definition_id, result_id, format,
                     source_model_id, learner_id, learner_snapshot)
                values
                    (:id, :organization, :developer, :by, :dataset, 'PENDING', :image,
                     :imageSha256, :imageMd5, cast(:params as jsonb), cast(:metadata as jsonb), :definition, :result,
                     :format, :source, :learner, :snapshot)
                """)
                .param("id", model.id())
                .param("organization", model.organizationId())
                .param("developer", model.developerId())
                .param("by", model.registeredBy())
                .param("dataset", model.datasetId())
                .param("image", image == null ? null : image.reference())
                .param("imageSha256", image == null ? null : image.sha256())
                .param("imageMd5", image == null ? null : image.md5())
                .param("params", json.write(model.params()))
                .param("metadata", json.write(model.metadata()))
                .param("definition", idOf(model.definition()))
                .param("result", idOf(model.result()))
                .param("format", model.format())
                .param("source", model.sourceModelId())
                .param("learner", snapshot == null ? null : snapshot.learnerId())
                .param("snapshot", snapshot == null ? null : snapshot.number())
                .update();
        String name = model.label().name();
        if (name != null) {
            labels.nextVersion(new LabelRepository.Named(model.organizationId(), AssetKind.MODEL, name), model.id());
        }
    }

    private static @Nullable UUID idOf(@Nullable Artifact artifact) {
        return artifact == null ? null : artifact.id();
    }

    Optional<Model> find(UUID id) {
        return jdbc.sql(SELECT + "where m.id = :id")
                .param("id", id)
                .query((row, number) -> read(row))
                .optional();
    }

    /** The model of a learner's snapshot. */
    Optional<Model> find(Model.Snapshot snapshot) {
        return jdbc.sql(SELECT + "where m.learner_id = :learner and m.learner_snapshot = :snapshot")
                .param("learner", snapshot.learnerId())
                .param("snapshot", snapshot.number())
                .query((row, number) -> read(row))
                .optional();
    }

    /** The same, and nobody else changes it until the transaction ends. */
    Optional<Model> findLocked(UUID id) {
        return jdbc.sql(SELECT + "where m.id = :id for update of m")
                .param("id", id)
                .query((row, number) -> read(row))
                .optional();
    }

    /** The same, and nobody deletes it until the transaction ends. */
    Optional<Model> findHeld(UUID id) {
        return jdbc.sql(SELECT + "where m.id = :id for share of m")
                .param("id", id)
                .query((row, number) -> read(row))
                .optional();
    }

    void delete(UUID id, String by) {
        jdbc.sql("""
                update model set state = 'DELETED', reason = null, deleted_at = now(), deleted_by = :by
                where id = :id
                """).param("id", id).param("by", by).update();
    }

    /** A model that needs another asset to be there. */
    record Dependant(UUID id, UUID organizationId, boolean translation) {}

    List<Dependant> trainedOn(UUID datasetId, int limit) {
        return dependants("dataset_id", datasetId, limit);
    }

    /** Learners do without the model that they began with. */
    List<Dependant> translatedFrom(UUID modelId, int limit) {
        return dependants("learner_id is null and source_model_id", modelId, limit);
    }

    private List<Dependant> dependants(String by, UUID id, int limit) {
        return jdbc.sql("""
                select id, organization_id, source_model_id is not null as translation from model
                where BY = :id and state <> 'DELETED' order by created_at, id limit :limit
                """.replace("BY", by))
                .param("id", id)
                .param("limit", limit)
                .query((row, number) -> new Dependant(
                        row.getObject("id", UUID.class),
                        row.getObject("organization_id", UUID.class),
                        row.getBoolean("translation")))
                .list();
    }

    List<Model> findAll(List<UUID> ids) {
        return jdbc.sql(SELECT + "where m.id in (:ids)")
                .param("ids", ids)
                .query((row, number) -> read(row))
                .list();
    }

    /** @return whether the model was in one of the states that it may leave for this one */
    boolean anchored(UUID id, ModelState state, String contractAddress) {
        return jdbc.sql("""
                        update model set state = :state, contract_address = :address
                        where id = :id and state = 'PENDING'
                        """)
                        .param("state", state.name())
                        .param("address", contractAddress)
                        .param("id", id)
                        .update()
                == 1;
    }

    boolean stored(UUID id, Artifact result, String format) {
        return change(
                id,
                "state = 'STORED', reason = null, result_id = :result, format = :format",
                List.of(ModelState.REGISTERED, ModelState.TRAINING, ModelState.FAILED, ModelState.CANCELLED),
                "result",
                result.id(),
                "format",
                format);
    }

    boolean trained(UUID id) {
        return change(id, "state = 'TRAINED', trained_at = now()", List.of(ModelState.STORED));
    }

    /** What the chain will never accept. */
    boolean refused(UUID id, String reason) {
        return change(
                id,
                "state = 'FAILED', reason = :reason",
                List.of(ModelState.PENDING, ModelState.STORED),
                "reason",
                reason);
    }

    boolean quarantine(UUID id, String reason) {
        return change(
                id,
                "state = 'QUARANTINED', reason = :reason, quarantined_from = state, quarantined_at = now()",
                List.of(
                        ModelState.REGISTERED,
                        ModelState.TRAINING,
                        ModelState.STORED,
                        ModelState.TRAINED,
                        ModelState.FAILED,
                        ModelState.CANCELLED),
                "reason",
                reason);
    }

    /**
     * Back to where it was. A job that was at work meanwhile was turned away, so a model in training has to be scheduled
     * again; a result that the chain recorded meanwhile is the model's.
     *
     * @param onChain whether the chain has the model's result
     * @return whether it was in quarantine
     */
    boolean release(UUID id, boolean onChain) {
        return jdbc.sql("""
                        update model set
                            state = case
                                when result_id is null and quarantined_from in ('FAILED', 'CANCELLED') then quarantined_from
                                when result_id is null and quarantined_from = 'TRAINING' then 'FAILED'
                                when result_id is null then 'REGISTERED'
                                when :onChain then 'TRAINED'
                                else 'STORED' end,
                            reason = case when result_id is null and quarantined_from = 'TRAINING'
                                then 'Its training was cut off when the model was quarantined.' end,
                            trained_at = case when :onChain then coalesce(trained_at, now()) else trained_at end,
                            quarantined_from = null, quarantined_at = null
                        where id = :id and state = 'QUARANTINED'
                        """).param("id", id).param("onChain", onChain).update() == 1;
    }

    /** What a training job tells; what it told earlier but arrives later changes nothing, nor does it touch a result. */
    boolean jobChanged(UUID id, UUID jobId, ModelState state, @Nullable String reason, Instant at) {
        return jdbc.sql("""
                        update model set state = :state, reason = :reason, job_id = :job, job_changed_at = :at
                        where id = :id and state in ('REGISTERED', 'TRAINING', 'FAILED', 'CANCELLED') and result_id is null
                          and (job_changed_at is null or job_changed_at <= :at)
                        """)
                        .param("state", state.name())
                        .param("reason", reason)
                        .param("job", jobId)
                        .param("at", at.atOffset(ZoneOffset.UTC))
                        .param("id", id)
                        .update()
                == 1;
    }

    private boolean change(UUID id, String set, List<ModelState> from, Object... namesAndValues) {
        var update = jdbc.sql("update model set " + set + " where id = :id and state in (:from)")
                .param("id", id)
                .param("from", from.stream().map(Enum::name).toList());
        for (int i = 0; i < namesAndValues.length; i += 2) {
            update = update.param(namesAndValues[i].toString(), namesAndValues[i + 1]);
        }
        return update.update() == 1;
    }

    private static Model.@Nullable TrainImageReference image(ResultSet row) throws SQLException {
        String reference = row.getString("train_image");
        return reference == null
                ? null
                : new Model.TrainImageReference(
                        reference, row.getString("train_image_sha256"), row.getString("train_image_md5"));
    }

    private static Model.@Nullable Snapshot snapshot(ResultSet row) throws SQLException {
        UUID learner = row.getObject("learner_id", UUID.class);
        return learner == null ? null : new Model.Snapshot(learner, row.getLong("learner_snapshot"));
    }

    private Model read(ResultSet row) throws SQLException {
        OffsetDateTime trainedAt = row.getObject("trained_at", OffsetDateTime.class);
        return new Model(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getObject("developer_id", UUID.class),
                row.getString("registered_by"),
                row.getObject("dataset_id", UUID.class),
                ModelState.valueOf(row.getString("state")),
                row.getString("reason"),
                image(row),
                json.texts(row.getString("params")),
                json.object(row.getString("metadata")),
                row.getObject("definition_id") == null ? null : Artifact.read(row, "d"),
                row.getObject("result_id") == null ? null : Artifact.read(row, "r"),
                row.getString("format"),
                row.getObject("source_model_id", UUID.class),
                row.getString("contract_address"),
                row.getObject("job_id", UUID.class),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                trainedAt == null ? null : trainedAt.toInstant(),
                Label.read(row, json),
                snapshot(row));
    }
}
