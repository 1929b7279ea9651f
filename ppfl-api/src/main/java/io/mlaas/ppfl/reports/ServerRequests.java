package io.mlaas.ppfl.reports;

import io.mlaas.kit.security.Caller;
import io.mlaas.ppfl.federation.FederationPage;
import io.mlaas.ppfl.federation.FederationProblem;
import io.mlaas.ppfl.server.Door;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What was asked of the federation server; the request and what it does to the company's door commit together. */
@Component
class ServerRequests {
    private final JdbcClient jdbc;
    private final Door door;

    ServerRequests(JdbcClient jdbc, Door door) {
        this.jdbc = jdbc;
        this.door = door;
    }

    /** Where both are asked for it is shut down before it is started. */
    @Transactional
    public ServerRequest make(boolean start, boolean shutdown, Caller caller) {
        UUID id = UUID.randomUUID();
        jdbc.sql("""
                insert into federation_server_request (id, organization_id, start, shutdown, requested_by)
                values (:id, :organization, :start, :shutdown, :by)
                """)
                .param("id", id)
                .param("organization", caller.organizationId())
                .param("start", start)
                .param("shutdown", shutdown)
                .param("by", caller.subject())
                .update();
        if (shutdown) {
            door.shut(caller.organizationId());
        }
        if (start) {
            door.open(caller.organizationId());
        }
        return find(id, caller);
    }

    ServerRequest find(UUID id, Caller caller) {
        return jdbc.sql("select * from federation_server_request where id = :id and organization_id = :organization")
                .param("id", id)
                .param("organization", caller.organizationId())
                .query(this::request)
                .optional()
                .orElseThrow(() -> FederationProblem.FEDERATION_UNKNOWN.because("id: " + id));
    }

    FederationPage<ServerRequest> list(FederationPage.Request page, Caller caller) {
        List<ServerRequest> found = jdbc.sql("""
                select * from federation_server_request
                where organization_id = :organization and (created_at, id) < (:before, :beforeId)
                order by created_at desc, id desc limit :limit
                """)
                .param("organization", caller.organizationId())
                .param("before", page.before())
                .param("beforeId", page.beforeId())
                .param("limit", page.limit() + 1)
                .query(this::request)
                .list();
        boolean more = found.size() > page.limit();
        List<ServerRequest> shown = more ? found.subList(0, page.limit()) : found;
        ServerRequest last = more ? shown.getLast() : null;
        return new FederationPage<>(shown, last == null ? null : FederationPage.cursor(last.createdAt(), last.id()));
    }

    /** A start that is taken back shuts what it opened; again it changes nothing. */
    @Transactional
    public void withdraw(UUID id, Caller caller) {
        ServerRequest request = find(id, caller);
        boolean first = jdbc.sql("""
                        update federation_server_request set withdrawn_at = now()
                        where id = :id and organization_id = :organization and withdrawn_at is null
                        """)
                        .param("id", id)
                        .param("organization", caller.organizationId())
                        .update()
                == 1;
        if (first && request.start()) {
            door.shut(caller.organizationId());
        }
    }

    private ServerRequest request(ResultSet row, int number) throws SQLException {
        UUID organization = row.getObject("organization_id", UUID.class);
        Timestamp withdrawn = row.getTimestamp("withdrawn_at");
        return new ServerRequest(
                row.getObject("id", UUID.class),
                row.getBoolean("start"),
                row.getBoolean("shutdown"),
                door.isOpen(organization) ? "OPEN" : "SHUT",
                row.getTimestamp("created_at").toInstant(),
                withdrawn == null ? null : withdrawn.toInstant());
    }
}
