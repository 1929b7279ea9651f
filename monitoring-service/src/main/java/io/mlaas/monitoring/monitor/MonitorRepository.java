package io.mlaas.monitoring.monitor;

import io.mlaas.kit.security.Caller;
import io.mlaas.monitoring.rows.RowBlock;
import io.mlaas.monitoring.rows.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Monitors in PostgreSQL. */
@Repository
public class MonitorRepository {
    private static final int MOST_PARSED = 2000;

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final ConcurrentHashMap<UUID, Monitor> parsed = new ConcurrentHashMap<>();

    MonitorRepository(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** @return false if the company has one of that name */
    @Transactional
    boolean insert(UUID id, MonitorDocument document, Reference reference, Caller maker) {
        boolean inserted = jdbc.sql("""
                        insert into monitor
                            (id, organization_id, name, subject, document, created_by, made_by, actions_by)
                        values (:id, :organization, :name, :subject, cast(:document as json), :by, :maker, :maker)
                        on conflict (organization_id, name) do nothing
                        """)
                        .param("id", id)
                        .param("organization", maker.organizationId())
                        .param("name", document.name())
                        .param("subject", document.subject())
                        .param("document", document.json().toString())
                        .param("by", maker.name())
                        .param("maker", maker.subject())
                        .update()
                == 1;
        if (inserted) {
            jdbc.sql("insert into progress (monitor_id) values (:id)")
                    .param("id", id)
                    .update();
            jdbc.sql("""
                    insert into reference (monitor_id, source, row_count, content)
                    values (:id, cast(:source as json), :rows, :content)
                    """)
                    .param("id", id)
                    .param("source", reference.source().toString())
                    .param("rows", reference.rowCount())
                    .param("content", reference.content())
                    .update();
        }
        return inserted;
    }

    public Optional<Monitor> find(UUID organizationId, UUID id) {
        return jdbc.sql("select * from monitor where id = :id and organization_id = :organization")
                .param("id", id)
                .param("organization", organizationId)
                .query(this::monitor)
                .optional();
    }

    public Optional<Monitor> find(UUID id) {
        return jdbc.sql("select * from monitor where id = :id")
                .param("id", id)
                .query(this::monitor)
                .optional();
    }

    /** By name. */
    List<Monitor> list(UUID organizationId, @Nullable String after, int limit) {
        return jdbc.sql("""
                select * from monitor where organization_id = :organization
                    and (cast(:after as text) is null or name > :after)
                order by name limit :limit
                """)
                .param("organization", organizationId)
                .param("after", after)
                .param("limit", limit)
                .query(this::monitor)
                .list();
    }

    public List<Monitor> all() {
        return jdbc.sql("select * from monitor").query(this::monitor).list();
    }

    /** Those that run and watch one of these; each with its company. */
    public List<Monitor> watching(Collection<String> subjects) {
        return subjects.isEmpty()
                ? List.of()
                : jdbc.sql("select * from monitor where state = 'RUNNING' and subject in (:subjects)")
                        .param("subjects", subjects)
                        .query(this::monitor)
                        .list();
    }

    /**
     * @param actionsBy whose rights its actions have from now on; null for those that they have
     * @return false if it was changed meanwhile
     */
    boolean change(Monitor monitor, MonitorDocument document, Monitor.State state, @Nullable String actionsBy) {
        return jdbc.sql("""
                        update monitor set document = cast(:document as json), state = :state, changed_at = clock_timestamp(),
                            actions_by = coalesce(:actionsBy, actions_by)
                        where id = :id and changed_at = cast(:known as timestamptz)
                        """)
                        .param("document", document.json().toString())
                        .param("state", state.name())
                        .param("actionsBy", actionsBy, java.sql.Types.VARCHAR)
                        .param("id", monitor.id())
                        .param("known", monitor.changedAt().toString())
                        .update()
                == 1;
    }

    void delete(UUID id) {
        jdbc.sql("delete from monitor where id = :id").param("id", id).update();
        parsed.remove(id);
    }

    JsonNode referenceSource(UUID id) {
        return json.readTree(jdbc.sql("select source from reference where monitor_id = :id")
                .param("id", id)
                .query(String.class)
                .single());
    }

    /** The rows that are compared with. */
    public Rows reference(Monitor monitor) {
        return RowBlock.read(
                monitor.document().layout(),
                jdbc.sql("select content from reference where monitor_id = :id")
                        .param("id", monitor.id())
                        .query(byte[].class)
                        .single());
    }

    private Monitor monitor(ResultSet row, int number) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        var changedAt = row.getTimestamp("changed_at").toInstant();
        Monitor known = parsed.get(id);
        if (known != null && known.changedAt().equals(changedAt)) {
            return known;
        }
        Violations violations = new Violations();
        MonitorDocument document = MonitorDocument.parse(json.readTree(row.getString("document")), violations);
        if (!violations.none()) {
            throw new IllegalStateException("the stored document of monitor " + id + " cannot be read");
        }
        Monitor monitor = new Monitor(
                id,
                row.getObject("organization_id", UUID.class),
                document,
                Monitor.State.valueOf(row.getString("state")),
                row.getString("created_by"),
                row.getString("made_by"),
                row.getTimestamp("created_at").toInstant(),
                changedAt);
        if (parsed.size() > MOST_PARSED) {
            parsed.clear();
        }
        parsed.put(id, monitor);
        return monitor;
    }
}
