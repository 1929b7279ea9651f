package io.mlaas.sharing.webhook;

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
class WebhookRepository {
    private static final String SELECT = """
            select id, url, description, event_types, enabled, disabled_reason, failing_since, created_by, created_at
            from webhook
            """;

    private final JdbcClient jdbc;

    WebhookRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @return false if the company has as many as it may; inside a transaction */
    boolean insert(Webhook webhook, UUID organizationId, byte[] sealedSecret, int most) {
        jdbc.sql("select pg_advisory_xact_lock(hashtext('webhook ' || :organization))")
                .param("organization", organizationId.toString())
                .query((row, number) -> true)
                .single();
        int now = jdbc.sql("select count(*) from webhook where organization_id = :organization")
                .param("organization", organizationId)
                .query(Integer.class)
                .single();
        if (now >= most) {
            return false;
        }
        jdbc.sql("""
                insert into webhook (id, organization_id, url, description, event_types, sealed_secret, created_by, created_at)
                values (:id, :organization, :url, :description, cast(:types as text[]), :secret, :by, :at)
                """)
                .param("id", webhook.id())
                .param("organization", organizationId)
                .param("url", webhook.url())
                .param("description", webhook.description())
                .param("types", array(webhook.eventTypes()))
                .param("secret", sealedSecret)
                .param("by", webhook.createdBy())
                .param("at", webhook.createdAt().atOffset(ZoneOffset.UTC))
                .update();
        return true;
    }

    // Types have letters, digits, dots and dashes only: nothing needs to be quoted.
    private static String array(List<String> types) {
        return "{" + String.join(",", types) + "}";
    }

    List<Webhook> list(UUID organizationId) {
        return jdbc.sql(SELECT + " where organization_id = :organization order by created_at, id")
                .param("organization", organizationId)
                .query((row, number) -> read(row))
                .list();
    }

    Optional<Webhook> find(UUID id, UUID organizationId) {
        return jdbc.sql(SELECT + " where id = :id and organization_id = :organization")
                .param("id", id)
                .param("organization", organizationId)
                .query((row, number) -> read(row))
                .optional();
    }

    /** Changes what is given; enabling forgets why it was disabled. */
    void change(
            UUID id,
            @Nullable String url,
            @Nullable String description,
            @Nullable List<String> types,
            @Nullable Boolean enabled) {
        jdbc.sql("""
                update webhook set url = coalesce(:url, url), description = coalesce(:description, description),
                    event_types = coalesce(cast(:types as text[]), event_types),
                    disabled_reason = case when :enabled is null then disabled_reason end,
                    failing_since = case when :enabled is null then failing_since end,
                    enabled = coalesce(:enabled, enabled)
                where id = :id
                """)
                .param("url", url, java.sql.Types.VARCHAR)
                .param("description", description, java.sql.Types.VARCHAR)
                .param("types", types == null ? null : array(types), java.sql.Types.VARCHAR)
                .param("enabled", enabled, java.sql.Types.BOOLEAN)
                .param("id", id)
                .update();
    }

    boolean delete(UUID id, UUID organizationId) {
        return jdbc.sql("delete from webhook where id = :id and organization_id = :organization")
                        .param("id", id)
                        .param("organization", organizationId)
                        .update()
                == 1;
    }

    /**
     * Locks a webhook before its deliveries are written, in the order in which a deletion locks them; inside a transaction.
     *
     * @return whether it is there
     */
    boolean lock(UUID id) {
        return jdbc.sql("select id from webhook where id = :id for no key update")
                .param("id", id)
                .query(UUID.class)
                .optional()
                .isPresent();
    }

    void works(UUID id) {
        jdbc.sql("update webhook set failing_since = null where id = :id and failing_since is not null")
                .param("id", id)
                .update();
    }

    /** @return since when it has been failing */
    Instant fails(UUID id) {
        return jdbc.sql(
                        "update webhook set failing_since = coalesce(failing_since, now()) where id = :id returning failing_since")
                .param("id", id)
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant)
                .orElseGet(Instant::now);
    }

    /** @return whether it was enabled */
    boolean disable(UUID id, String reason) {
        return jdbc.sql("update webhook set enabled = false, disabled_reason = :reason where id = :id and enabled")
                        .param("reason", reason)
                        .param("id", id)
                        .update()
                == 1;
    }

    private static Webhook read(ResultSet row) throws SQLException {
        OffsetDateTime failing = row.getObject("failing_since", OffsetDateTime.class);
        return new Webhook(
                row.getObject("id", UUID.class),
                row.getString("url"),
                row.getString("description"),
                List.of((String[]) row.getArray("event_types").getArray()),
                row.getBoolean("enabled"),
                row.getString("disabled_reason"),
                failing == null ? null : failing.toInstant(),
                row.getString("created_by"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
