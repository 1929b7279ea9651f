package io.mlaas.sharing.grant;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.kit.event.Outbox;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Grants and their history. A change, its line in the history and the events about it commit together. */
@Repository
public class Grants {
    private static final String SOURCE = "/model-sharing-service";
    private static final int SHOWN_CHANGES = 200;

    private final JdbcClient jdbc;
    private final Outbox outbox;

    Grants(JdbcClient jdbc, Outbox outbox) {
        this.jdbc = jdbc;
        this.outbox = outbox;
    }

    /** What a company was granted on a dataset; empty without a grant. */
    public Set<Permission> onDataset(UUID datasetId, UUID granteeId) {
        return permissions(
                "select permissions from asset_grant where asset_id = :asset and grantee_id = :grantee",
                datasetId,
                granteeId);
    }

    /** What a company was granted on a model, or on one that it was translated from. */
    public Set<Permission> onModel(UUID modelId, UUID granteeId) {
        return permissions("""
                with recursive line (id) as (
                    select cast(:asset as uuid)
                    union
                    select m.source_model_id from model m join line on m.id = line.id
                    where m.source_model_id is not null and m.learner_id is null)
                select permissions from asset_grant where asset_id in (select id from line) and grantee_id = :grantee
                """, modelId, granteeId);
    }

    private Set<Permission> permissions(String sql, UUID assetId, UUID granteeId) {
        Set<Permission> all = EnumSet.noneOf(Permission.class);
        jdbc.sql(sql)
                .param("asset", assetId)
                .param("grantee", granteeId)
                .query((row, number) -> permissions(row))
                .list()
                .forEach(all::addAll);
        return all;
    }

    /** A grant as it is now, and whether it is new or another than before. */
    public record Given(Grant grant, boolean created) {}

    /** Grants just these permissions, whatever was granted before. */
    @Transactional(propagation = Propagation.MANDATORY)
    public Given give(
            UUID assetId, AssetKind kind, UUID ownerId, UUID granteeId, Collection<Permission> wanted, String by) {
        Set<Permission> permissions = EnumSet.copyOf(wanted);
        boolean created = jdbc.sql("""
                        insert into asset_grant (id, asset_id, kind, owner_id, grantee_id, permissions, granted_by)
                        values (:id, :asset, :kind, :owner, :grantee, cast(:permissions as text[]), :by)
                        on conflict (asset_id, grantee_id) do nothing
                        """)
                        .param("id", UUID.randomUUID())
                        .param("asset", assetId)
                        .param("kind", kind.name())
                        .param("owner", ownerId)
                        .param("grantee", granteeId)
                        .param("permissions", array(permissions))
                        .param("by", by)
                        .update()
                == 1;
        boolean changed = created || change(assetId, granteeId, permissions, by);
        Grant grant = find(assetId, granteeId).orElseThrow();
        if (changed) {
            record(grant, "GRANTED", by);
        }
        return new Given(grant, created);
    }

    private boolean change(UUID assetId, UUID granteeId, Set<Permission> permissions, String by) {
        return jdbc.sql("""
                        update asset_grant set permissions = cast(:permissions as text[]), granted_by = :by
                        where asset_id = :asset and grantee_id = :grantee
                          and permissions <> cast(:permissions as text[])
                        """)
                        .param("asset", assetId)
                        .param("grantee", granteeId)
                        .param("permissions", array(permissions))
                        .param("by", by)
                        .update()
                == 1;
    }

    /** @return false if there was no such grant */
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean revoke(UUID assetId, UUID granteeId, String by) {
        Optional<Grant> grant = find(assetId, granteeId);
        if (grant.isEmpty()
                || jdbc.sql("delete from asset_grant where id = :id")
                                .param("id", grant.get().id())
                                .update()
                        == 0) {
            return false;
        }
        record(grant.get(), "REVOKED", by);
        return true;
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public void revokeAll(UUID assetId, String by) {
        ofAsset(assetId, null).forEach(grant -> revoke(assetId, grant.granteeId(), by));
    }

    // Each side is told in an event of its own: subscribers see the events of their company.
    private void record(Grant grant, String change, String by) {
        jdbc.sql("""
                insert into asset_grant_change (asset_id, owner_id, grantee_id, change, permissions, changed_by)
                values (:asset, :owner, :grantee, :change, cast(:permissions as text[]), :by)
                """)
                .param("asset", grant.assetId())
                .param("owner", grant.ownerId())
                .param("grantee", grant.granteeId())
                .param("change", change)
                .param("permissions", array(grant.permissions()))
                .param("by", by)
                .update();
        String type = change.equals("GRANTED") ? RegistryEvents.ASSET_GRANTED : RegistryEvents.ASSET_REVOKED;
        var payload = new RegistryEvents.AssetShared(
                grant.assetId(),
                grant.kind().word(),
                grant.ownerId(),
                grant.granteeId(),
                grant.permissions().stream()
                        .sorted()
                        .map(permission -> permission.name().toLowerCase(java.util.Locale.ROOT))
                        .toList());
        for (UUID side : List.of(grant.ownerId(), grant.granteeId())) {
            outbox.publish(Topics.REGISTRY, CloudEvent.of(SOURCE, type, grant.assetId(), side, payload));
        }
    }

    private Optional<Grant> find(UUID assetId, UUID granteeId) {
        return ofAsset(assetId, granteeId).stream().findFirst();
    }

    /** @param granteeId null for all of them */
    public List<Grant> ofAsset(UUID assetId, @Nullable UUID granteeId) {
        return jdbc.sql("""
                select * from asset_grant
                where asset_id = :asset and (cast(:grantee as uuid) is null or grantee_id = :grantee)
                order by granted_at, id
                """)
                .param("asset", assetId)
                .param("grantee", granteeId)
                .query((row, number) -> grant(row))
                .list();
    }

    /**
     * The latest changes first.
     *
     * @param granteeId null for all of them
     */
    public List<GrantChange> history(UUID assetId, @Nullable UUID granteeId) {
        return jdbc.sql("""
                select * from asset_grant_change
                where asset_id = :asset and (cast(:grantee as uuid) is null or grantee_id = :grantee)
                order by sequence desc limit :limit
                """)
                .param("asset", assetId)
                .param("grantee", granteeId)
                .param("limit", SHOWN_CHANGES)
                .query((row, number) -> new GrantChange(
                        row.getObject("grantee_id", UUID.class),
                        row.getString("change"),
                        permissions(row),
                        row.getString("changed_by"),
                        row.getObject("changed_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    /**
     * A company's grants, newest first.
     *
     * @param given those that it gave, or else those that it received
     */
    public List<Grant> list(UUID organizationId, boolean given, OffsetDateTime before, UUID beforeId, int limit) {
        return jdbc.sql("""
                select * from asset_grant where SIDE = :organization and (granted_at, id) < (:before, :beforeId)
                order by granted_at desc, id desc limit :limit
                """.replace("SIDE", given ? "owner_id" : "grantee_id"))
                .param("organization", organizationId)
                .param("before", before)
                .param("beforeId", beforeId)
                .param("limit", limit)
                .query((row, number) -> grant(row))
                .list();
    }

    private static Grant grant(ResultSet row) throws SQLException {
        return new Grant(
                row.getObject("id", UUID.class),
                row.getObject("asset_id", UUID.class),
                AssetKind.valueOf(row.getString("kind")),
                row.getObject("owner_id", UUID.class),
                row.getObject("grantee_id", UUID.class),
                permissions(row),
                row.getObject("granted_at", OffsetDateTime.class).toInstant());
    }

    private static Set<Permission> permissions(ResultSet row) throws SQLException {
        Set<Permission> permissions = EnumSet.noneOf(Permission.class);
        Array array = row.getArray("permissions");
        for (String name : (String[]) array.getArray()) {
            permissions.add(Permission.valueOf(name));
        }
        return permissions;
    }

    /** In a fixed order, so that equal sets are equal arrays. */
    private static String array(Set<Permission> permissions) {
        return EnumSet.copyOf(permissions).stream()
                .map(Enum::name)
                .collect(java.util.stream.Collectors.joining(",", "{", "}"));
    }
}
