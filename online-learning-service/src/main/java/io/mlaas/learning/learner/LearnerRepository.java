package io.mlaas.learning.learner;

import io.mlaas.kit.security.Caller;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.json.JsonMapper;

/** Learners in PostgreSQL. */
@Repository
class LearnerRepository {
    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final AtomicLong changes = new AtomicLong();

    LearnerRepository(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** @return false if the company has one of that name */
    boolean insert(UUID id, LearnerDocument document, Caller maker) {
        return jdbc.sql("""
                        insert into learner (id, organization_id, name, document, begun_as, created_by, made_by)
                        values (:id, :organization, :name, cast(:document as json), cast(:document as json), :by, :maker)
                        on conflict (organization_id, name) where state <> 'DELETED' do nothing
                        """)
                        .param("id", id)
                        .param("organization", maker.organizationId())
                        .param("name", document.name())
                        .param("document", document.toJson().toString())
                        .param("by", maker.name())
                        .param("maker", maker.subject())
                        .update()
                == 1;
    }

    /** How often this instance has changed what is found: another number, and what was found before may be wrong. */
    long changes() {
        return changes.get();
    }

    /** Once others can see it. */
    private void changed() {
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCompletion(int status) {
                    changes.incrementAndGet();
                }
            });
        } else {
            changes.incrementAndGet();
        }
    }

    Optional<StoredLearner> find(UUID organizationId, String name) {
        return jdbc.sql("""
                select * from learner where organization_id = :organization and name = :name and state <> 'DELETED'
                """)
                .param("organization", organizationId)
                .param("name", name)
                .query(this::learner)
                .optional();
    }

    /** What it was when it was made: its log goes on from there. */
    LearnerDocument begunAs(StoredLearner learner) {
        return jdbc.sql("select coalesce(begun_as, document) from learner where id = :id")
                .param("id", learner.id())
                .query(String.class)
                .optional()
                .map(document -> LearnerDocument.stored(json.readTree(document)))
                .orElse(learner.document());
    }

    Optional<StoredLearner> find(UUID id) {
        return jdbc.sql("select * from learner where id = :id and state <> 'DELETED'")
                .param("id", id)
                .query(this::learner)
                .optional();
    }

    /** By name. */
    List<StoredLearner> list(UUID organizationId, @Nullable String after, int limit) {
        return jdbc.sql("""
                select * from learner where organization_id = :organization and state <> 'DELETED'
                    and (cast(:after as text) is null or name > :after)
                order by name limit :limit
                """)
                .param("organization", organizationId)
                .param("after", after)
                .param("limit", limit)
                .query(this::learner)
                .list();
    }

    /** Those that were made, changed or deleted, the deleted ones too. */
    List<StoredLearner> changedSince(Instant since) {
        return jdbc.sql("""
                select * from learner where changed_at > cast(:since as timestamptz) order by changed_at
                """)
                .param("since", since.toString())
                .query(this::learner)
                .list();
    }

    /** Nobody else finds it so before the transaction ends. */
    Optional<StoredLearner> findForChange(UUID id) {
        return jdbc.sql("select * from learner where id = :id and state <> 'DELETED' for update")
                .param("id", id)
                .query(this::learner)
                .optional();
    }

    /** @param offset of the change's entry in the log: after a later one it changes nothing */
    void change(UUID id, long offset, LearnerDocument document, LearnerState state) {
        jdbc.sql("""
                update learner set document = cast(:document as json), state = :state, log_offset = :offset,
                    changed_at = now()
                where id = :id and state <> 'DELETED' and log_offset < :offset
                """)
                .param("id", id)
                .param("offset", offset)
                .param("document", document.toJson().toString())
                .param("state", state.name())
                .update();
        changed();
    }

    void delete(UUID id) {
        jdbc.sql("update learner set state = 'DELETED', changed_at = now() where id = :id")
                .param("id", id)
                .update();
        changed();
    }

    private StoredLearner learner(ResultSet row, int number) throws SQLException {
        return new StoredLearner(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                LearnerDocument.stored(json.readTree(row.getString("document"))),
                LearnerState.valueOf(row.getString("state")),
                row.getString("created_by"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("changed_at").toInstant());
    }
}
