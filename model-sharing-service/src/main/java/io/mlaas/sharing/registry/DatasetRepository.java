package io.mlaas.sharing.registry;

import io.mlaas.sharing.artifact.Artifact;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class DatasetRepository {
    private static final String SELECT =
            "select d.*, " + Artifact.columns("f") + " from dataset d join artifact f on f.id = d.artifact_id ";

    private final JdbcClient jdbc;
    private final JsonColumn json;
    private final LabelRepository labels;

    DatasetRepository(JdbcClient jdbc, JsonColumn json, LabelRepository labels) {
        this.jdbc = jdbc;
        this.json = json;
        this.labels = labels;
    }

    void insert(UUID id, UUID organizationId, String registeredBy, Artifact artifact, DatasetMetadata metadata) {
        jdbc.sql("""
                insert into dataset
                    (id, organization_id, registered_by, state, artifact_id, samples_dimension, sample_num, metadata)
                values (:id, :organization, :by, 'PENDING', :artifact, :dimension, :num, cast(:metadata as jsonb))
                """)
                .param("id", id)
                .param("organization", organizationId)
                .param("by", registeredBy)
                .param("artifact", artifact.id())
                .param("dimension", metadata.samplesDimension())
                .param("num", metadata.sampleNum())
                .param("metadata", json.write(metadata.all()))
                .update();
        if (metadata.name() != null) {
            labels.nextVersion(new LabelRepository.Named(organizationId, AssetKind.DATASET, metadata.name()), id);
        }
    }

    Optional<Dataset> find(UUID id) {
        return jdbc.sql(SELECT + "where d.id = :id")
                .param("id", id)
                .query((row, number) -> read(row))
                .optional();
    }

    /** The same, and nobody else changes it, nor registers a model on it, until the transaction ends. */
    Optional<Dataset> findLocked(UUID id) {
        return jdbc.sql(SELECT + "where d.id = :id for update of d")
                .param("id", id)
                .query((row, number) -> read(row))
                .optional();
    }

    /** The same, and nobody deletes it until the transaction ends. */
    Optional<Dataset> findHeld(UUID id) {
        return jdbc.sql(SELECT + "where d.id = :id for share of d")
                .param("id", id)
                .query((row, number) -> read(row))
                .optional();
    }

    void delete(UUID id, String by) {
        jdbc.sql("""
                update dataset set state = 'DELETED', reason = null, deleted_at = now(), deleted_by = :by
                where id = :id
                """).param("id", id).param("by", by).update();
    }

    List<Dataset> findAll(List<UUID> ids) {
        return jdbc.sql(SELECT + "where d.id in (:ids)")
                .param("ids", ids)
                .query((row, number) -> read(row))
                .list();
    }

    /** @return whether there is such a dataset and it was pending */
    boolean registered(UUID id, String contractAddress) {
        return jdbc.sql("""
                        update dataset set state = 'REGISTERED', contract_address = :address
                        where id = :id and state = 'PENDING'
                        """).param("address", contractAddress).param("id", id).update() == 1;
    }

    boolean refused(UUID id, String reason) {
        return jdbc.sql("update dataset set state = 'FAILED', reason = :reason where id = :id and state = 'PENDING'")
                        .param("reason", reason)
                        .param("id", id)
                        .update()
                == 1;
    }

    boolean quarantine(UUID id, String reason) {
        return jdbc.sql("""
                        update dataset
                        set state = 'QUARANTINED', reason = :reason, quarantined_from = state, quarantined_at = now()
                        where id = :id and state = 'REGISTERED'
                        """).param("reason", reason).param("id", id).update() == 1;
    }

    /** @return whether it was in quarantine */
    boolean release(UUID id) {
        return jdbc.sql("""
                        update dataset
                        set state = 'REGISTERED', reason = null, quarantined_from = null, quarantined_at = null
                        where id = :id and state = 'QUARANTINED'
                        """).param("id", id).update() == 1;
    }

    private Dataset read(ResultSet row) throws SQLException {
        return new Dataset(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getString("registered_by"),
                DatasetState.valueOf(row.getString("state")),
                row.getString("reason"),
                Artifact.read(row, "f"),
                row.getString("samples_dimension"),
                row.getObject("sample_num", Long.class),
                json.object(row.getString("metadata")),
                row.getString("contract_address"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                Label.read(row, json));
    }
}
