package io.mlaas.sharing.provenance;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Pieces of evidence as they are, and what begins them. {@link EvidenceSteps} moves them on. */
@Repository
class EvidenceRepository {
    private final JdbcClient jdbc;

    EvidenceRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * An asset whose evidence is to be made.
     *
     * @param earlier whether it may have been trained before runs were recorded
     */
    record Unattested(UUID assetId, AssetKind kind, boolean earlier) {}

    /** Those that came last; nobody else gets them if the surrounding transaction commits. */
    List<Unattested> takeUnattested(int limit) {
        return jdbc.sql("""
                delete from unattested_asset where sequence in (
                    select sequence from unattested_asset order by sequence desc limit :limit for update skip locked)
                returning asset_id, asset_kind, earlier
                """)
                .param("limit", limit)
                .query((row, number) -> new Unattested(
                        row.getObject("asset_id", UUID.class),
                        AssetKind.valueOf(row.getString("asset_kind")),
                        row.getBoolean("earlier")))
                .list();
    }

    /** Nobody else begins an asset's evidence, or tells of its training, until the transaction ends. */
    void lock(UUID assetId) {
        jdbc.sql("select pg_advisory_xact_lock(:lock)")
                .param("lock", assetId.getLeastSignificantBits())
                .query((row, number) -> true)
                .single();
    }

    /** What an asset's evidence begins with; what was begun before stays as it is. */
    record Beginning(
            UUID organizationId,
            UUID assetId,
            AssetKind assetKind,
            EvidenceKind kind,
            String part,
            EvidenceState state,
            @Nullable String digest,
            @Nullable String reason) {}

    void begin(Beginning beginning) {
        jdbc.sql("""
                insert into evidence (id, organization_id, asset_id, asset_kind, kind, part, state, digest, reason)
                values (:id, :organization, :asset, :assetKind, :kind, :part, :state, :digest, :reason)
                on conflict (asset_id, kind, part) do nothing
                """)
                .param("id", UUID.randomUUID())
                .param("organization", beginning.organizationId())
                .param("asset", beginning.assetId())
                .param("assetKind", beginning.assetKind().name())
                .param("kind", beginning.kind().name())
                .param("part", beginning.part())
                .param("state", beginning.state().name())
                .param("digest", beginning.digest())
                .param("reason", beginning.reason())
                .update();
    }

    /** The facts that it waited for are there. */
    boolean due(UUID assetId, EvidenceKind kind) {
        return jdbc.sql("""
                        update evidence set state = 'DUE', reason = null, attempts = 0, next_attempt_at = now()
                        where asset_id = :asset and kind = :kind and state in ('WAITING', 'NONE')
                        """).param("asset", assetId).param("kind", kind.name()).update() > 0;
    }

    /** There will be facts after all. */
    void waits(UUID assetId, EvidenceKind kind) {
        jdbc.sql("""
                update evidence set state = 'WAITING', reason = null
                where asset_id = :asset and kind = :kind and state = 'NONE'
                """).param("asset", assetId).param("kind", kind.name()).update();
    }

    Optional<Evidence> find(UUID assetId, EvidenceKind kind, String part) {
        return jdbc.sql("select * from evidence where asset_id = :asset and kind = :kind and part = :part")
                .param("asset", assetId)
                .param("kind", kind.name())
                .param("part", part)
                .query((row, number) -> read(row))
                .optional();
    }

    List<Evidence> all(UUID assetId) {
        return jdbc.sql("select * from evidence where asset_id = :asset order by created_at, kind, part")
                .param("asset", assetId)
                .query((row, number) -> read(row))
                .list();
    }

    /** What an asset has one of, and nobody else moves on until the transaction ends. */
    List<EvidenceState> statesLocked(UUID assetId) {
        return jdbc
                .sql("select state from evidence where asset_id = :asset and kind <> 'VERDICT' order by id for update")
                .param("asset", assetId)
                .query(String.class)
                .list()
                .stream()
                .map(EvidenceState::valueOf)
                .toList();
    }

    /** Whether nobody looked for a proof's successor within the last minute; who is told so does it now. */
    boolean mayCheckProof(UUID id) {
        return jdbc.sql("""
                        update evidence set proof_checked_at = now()
                        where id = :id and state = 'ANCHORED'
                            and coalesce(proof_checked_at, anchored_at) < now() - interval '1 minute'
                        """).param("id", id).update() == 1;
    }

    void replaceProof(UUID id, String proof) {
        jdbc.sql("update evidence set proof = :proof where id = :id and state = 'ANCHORED'")
                .param("proof", proof)
                .param("id", id)
                .update();
    }

    Optional<byte[]> sealedDisclosures(UUID modelId) {
        return jdbc.sql("""
                select sealed_disclosures from evidence
                where asset_id = :model and kind = 'COMMITMENTS' and sealed_disclosures is not null
                """)
                .param("model", modelId)
                .query((row, number) -> row.getBytes(1))
                .optional();
    }

    private static Evidence read(ResultSet row) throws SQLException {
        return new Evidence(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getObject("asset_id", UUID.class),
                EvidenceKind.valueOf(row.getString("kind")),
                row.getString("part"),
                EvidenceState.valueOf(row.getString("state")),
                row.getString("reason"),
                row.getBytes("content"),
                row.getString("digest"),
                row.getString("key_id"),
                row.getString("public_key"),
                row.getString("proof"),
                instant(row, "signed_at"),
                instant(row, "anchored_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
