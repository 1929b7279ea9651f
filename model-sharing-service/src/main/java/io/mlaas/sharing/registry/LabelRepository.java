package io.mlaas.sharing.registry;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Names, versions, descriptions, tags and aliases of both kinds of assets. */
@Repository
class LabelRepository {
    private final JdbcClient jdbc;
    private final JsonColumn json;

    LabelRepository(JdbcClient jdbc, JsonColumn json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** The name that an asset's aliases belong to. */
    record Named(UUID organizationId, AssetKind kind, String name) {}

    record Alias(String alias, UUID assetId, String changedBy, Instant changedAt) {}

    record Change(
            String alias,
            @Nullable UUID fromId,
            @Nullable UUID toId,
            String why,
            String changedBy,
            Instant changedAt) {}

    /** Gives the name's next version to a row that was just inserted: whoever registers the same name waits. */
    void nextVersion(Named named, UUID id) {
        jdbc.sql("""
                with next as (
                    insert into asset_name (organization_id, kind, name, last_version)
                    values (:organization, :kind, :name, 1)
                    on conflict (organization_id, kind, name) do update set last_version = asset_name.last_version + 1
                    returning last_version)
                update TABLE set name = :name, version = (select last_version from next) where id = :id
                """.replace("TABLE", named.kind().word()))
                .param("organization", named.organizationId())
                .param("kind", named.kind().name())
                .param("name", named.name())
                .param("id", id)
                .update();
    }

    void update(AssetKind kind, UUID id, Label label) {
        jdbc.sql("""
                update TABLE set description = :description, tags = cast(:tags as jsonb), tag_entries = :entries
                where id = :id
                """.replace("TABLE", kind.word()))
                .param("description", label.description())
                .param("tags", json.write(label.tags()))
                .param(
                        "entries",
                        label.tags().entrySet().stream()
                                .map(tag -> tag.getKey() + ":" + tag.getValue())
                                .toArray(String[]::new))
                .param("id", id)
                .update();
    }

    Optional<UUID> ofVersion(Named named, int version) {
        return jdbc.sql("""
                select id from TABLE where organization_id = :organization and name = :name and version = :version
                """.replace("TABLE", named.kind().word()))
                .param("organization", named.organizationId())
                .param("name", named.name())
                .param("version", version)
                .query(UUID.class)
                .optional();
    }

    Optional<UUID> ofAlias(Named named, String alias) {
        return of(named, "select asset_id from asset_alias where", " and alias = :alias")
                .param("alias", alias)
                .query(UUID.class)
                .optional();
    }

    /** Nobody else changes an alias of this name until the transaction ends. */
    void lock(Named named) {
        of(named, "select last_version from asset_name where", " for update")
                .query(Integer.class)
                .single();
    }

    void point(Named named, String alias, UUID assetId, @Nullable UUID from, String why, String by) {
        of(named, """
                insert into asset_alias (organization_id, kind, name, alias, asset_id, changed_by)
                select organization_id, kind, name, :alias, :asset, :by from asset_name where""", """
                 on conflict (organization_id, kind, name, alias)
                 do update set asset_id = excluded.asset_id, changed_by = excluded.changed_by, changed_at = now()""")
                .param("alias", alias)
                .param("asset", assetId)
                .param("by", by)
                .update();
        record(named, alias, from, assetId, why, by);
    }

    void remove(Named named, String alias, UUID from, String by) {
        of(named, "delete from asset_alias where", " and alias = :alias")
                .param("alias", alias)
                .update();
        record(named, alias, from, null, "removed", by);
    }

    private void record(Named named, String alias, @Nullable UUID from, @Nullable UUID to, String why, String by) {
        jdbc.sql("""
                insert into asset_alias_change (organization_id, kind, name, alias, from_id, to_id, why, changed_by)
                values (:organization, :kind, :name, :alias, :from, :to, :why, :by)
                """)
                .param("organization", named.organizationId())
                .param("kind", named.kind().name())
                .param("name", named.name())
                .param("alias", alias)
                .param("from", from)
                .param("to", to)
                .param("why", why)
                .param("by", by)
                .update();
    }

    List<String> pointingAt(UUID assetId) {
        return jdbc.sql("select alias from asset_alias where asset_id = :id order by alias")
                .param("id", assetId)
                .query(String.class)
                .list();
    }

    List<Alias> aliases(Named named) {
        return of(named, "select alias, asset_id, changed_by, changed_at from asset_alias where", " order by alias")
                .query((row, number) -> new Alias(
                        row.getString("alias"),
                        row.getObject("asset_id", UUID.class),
                        row.getString("changed_by"),
                        row.getObject("changed_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    /** The latest change first. */
    List<Change> history(Named named, int limit) {
        return of(named, "select * from asset_alias_change where", " order by sequence desc limit :limit")
                .param("limit", limit)
                .query((row, number) -> new Change(
                        row.getString("alias"),
                        row.getObject("from_id", UUID.class),
                        row.getObject("to_id", UUID.class),
                        row.getString("why"),
                        row.getString("changed_by"),
                        row.getObject("changed_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    /** What an alias pointed at last, of what can still be had. */
    Optional<UUID> lastGood(Named named, String alias) {
        return of(named, "select to_id from asset_alias_change c where", """
                 and alias = :alias
                 and exists (select from TABLE a where a.id = c.to_id and a.state = :good)
                 order by sequence desc limit 1""".replace(
                                "TABLE", named.kind().word()))
                .param("alias", alias)
                .param("good", named.kind().goodState())
                .query(UUID.class)
                .optional();
    }

    private JdbcClient.StatementSpec of(Named named, String before, String after) {
        return jdbc.sql(before + " organization_id = :organization and kind = :kind and name = :name " + after)
                .param("organization", named.organizationId())
                .param("kind", named.kind().name())
                .param("name", named.name());
    }
}
