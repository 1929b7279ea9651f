package io.mlaas.kit.audit;

import io.mlaas.api.audit.AuditEntry;
import io.mlaas.api.audit.AuditPage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The entries of one service. They are written without waiting for the disk: the database's log keeps its order, so a
 * change that is on disk has its entry before it there.
 */
class AuditLog implements AuditTrail {
    private static final int BATCH = 10_000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final String service;

    AuditLog(JdbcClient jdbc, TransactionTemplate transactions, String service) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.service = service;
    }

    /** Writes an entry, before its request is served (status null) or afterwards. */
    void write(Audited request, @Nullable Integer status, @Nullable String problem) {
        jdbc.sql("""
                        with quick as (select set_config('synchronous_commit', 'off', true))
                        insert into audit_entry (id, at, subject, name, roles, organization_id, acting_service, method,
                            operation, path, source, correlation_id, status, problem, assets)
                        select cast(:id as uuid), cast(:at as timestamptz), cast(:subject as text), cast(:name as text),
                            string_to_array(:roles, ','), cast(:organization as uuid), cast(:acting as text),
                            cast(:method as text), cast(:operation as text), cast(:path as text), cast(:source as text),
                            cast(:correlation as text), cast(:status as integer), cast(:problem as text),
                            string_to_array(:assets, ',')::uuid[]
                        from quick
                        """)
                .param("id", request.id())
                .param("at", request.at().atOffset(ZoneOffset.UTC))
                .param("subject", request.caller().subject())
                .param("name", request.caller().name())
                .param(
                        "roles",
                        String.join(
                                ",", request.caller().roles().stream().sorted().toList()))
                .param("organization", request.caller().organizationId())
                .param("acting", request.actingService())
                .param("method", request.method())
                .param("operation", request.operation())
                .param("path", request.path())
                .param("source", request.source())
                .param("correlation", request.correlationId())
                .param("status", status)
                .param("problem", problem)
                .param("assets", joined(request.assets()))
                .update();
    }

    /** Says how the request of an entry ended. */
    void finish(AuditedRequest request, int status, @Nullable String problem) {
        jdbc.sql("""
                        with quick as (select set_config('synchronous_commit', 'off', true))
                        update audit_entry set status = :status, problem = cast(:problem as text),
                            assets = string_to_array(:assets, ',')::uuid[]
                        from quick where id = :id
                        """)
                .param("id", request.id())
                .param("status", status)
                .param("problem", problem)
                .param("assets", joined(request.assets()))
                .update();
    }

    @Override
    public AuditPage find(AuditQuery query) {
        AuditQuery.Position after = query.after();
        List<AuditEntry> rows = jdbc.sql("""
                        select * from audit_entry
                        where (cast(:organization as uuid) is null or organization_id = :organization)
                          and (cast(:actor as text) is null or subject = :actor or name = :actor)
                          and (cast(:asset as uuid) is null or assets @> array[cast(:asset as uuid)])
                          and (cast(:method as text) is null or method = :method)
                          and (cast(:status as integer) is null or status = :status)
                          and (cast(:outcome as text) is null or :outcome = case
                                when status is null then 'UNKNOWN' when status < 400 then 'DONE'
                                when status < 500 then 'REFUSED' else 'FAILED' end)
                          and (cast(:from as timestamptz) is null or at >= :from)
                          and (cast(:to as timestamptz) is null or at < :to)
                          and (at, id) < (:beforeAt, :beforeId)
                        order by at desc, id desc limit :limit
                        """)
                .param("organization", query.organization())
                .param("actor", query.actor())
                .param("asset", query.asset())
                .param("method", query.method())
                .param("status", query.status())
                .param("outcome", query.outcome())
                .param("from", time(query.from()))
                .param("to", time(query.to()))
                .param("beforeAt", time(after == null ? Instant.parse("9999-01-01T00:00:00Z") : after.at()))
                .param("beforeId", after == null ? new UUID(0, 0) : after.id())
                .param("limit", query.limit() + 1)
                .query((row, number) -> entry(row))
                .list();
        boolean more = rows.size() > query.limit();
        List<AuditEntry> shown = more ? rows.subList(0, query.limit()) : rows;
        String next = more ? AuditQuery.Position.of(shown.getLast()).cursor() : null;
        return new AuditPage(shown, next, null);
    }

    /** Removes what is older than the retention. */
    int removeOlderThan(Duration retention) {
        int all = 0;
        int batch;
        do {
            Integer removed = transactions.execute(status -> {
                jdbc.sql("select set_config('mlaas.audit_retention', :retention, true)")
                        .param("retention", retention.toSeconds() + " seconds")
                        .query(String.class)
                        .single();
                return jdbc.sql("""
                                delete from audit_entry where id in (
                                    select id from audit_entry
                                    where at < now() - make_interval(secs => :seconds) - interval '1 second'
                                    limit :batch)
                                """)
                        .param("seconds", (double) retention.toSeconds())
                        .param("batch", BATCH)
                        .update();
            });
            batch = removed == null ? 0 : removed;
            all += batch;
        } while (batch == BATCH);
        return all;
    }

    private AuditEntry entry(ResultSet row) throws SQLException {
        Integer status = row.getObject("status", Integer.class);
        return new AuditEntry(
                row.getObject("id", UUID.class),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                service,
                new AuditEntry.Actor(row.getString("subject"), row.getString("name"), List.of((String[])
                        row.getArray("roles").getArray())),
                row.getObject("organization_id", UUID.class),
                row.getString("acting_service"),
                row.getString("method"),
                row.getString("operation"),
                row.getString("path"),
                List.of((UUID[]) row.getArray("assets").getArray()),
                row.getString("source"),
                AuditEntry.outcome(status),
                status,
                row.getString("problem"),
                row.getString("correlation_id"));
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    private static String joined(Collection<UUID> ids) {
        return ids.stream().map(UUID::toString).sorted().collect(Collectors.joining(","));
    }
}
