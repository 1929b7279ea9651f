package io.mlaas.blockchain.rotation;

import io.mlaas.blockchain.account.Account;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class KeyRotationRepository {
    private static final String SELECT = """
            select id, owner_id as organization_id, old_address, new_address, step, requested_by, problem, started_at,
                   finished_at
            from key_rotation
            """;

    private final JdbcClient jdbc;

    KeyRotationRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds a rotation unless one is under way. */
    void add(Account leaving, Account coming, String requestedBy) {
        jdbc.sql("""
                insert into key_rotation (id, owner_id, old_address, new_address, requested_by)
                values (:id, :ownerId, :old, :new, :requestedBy)
                on conflict (owner_id) where step <> 'DONE' do nothing
                """)
                .param("id", UUID.randomUUID())
                .param("ownerId", leaving.ownerId())
                .param("old", leaving.address())
                .param("new", coming.address())
                .param("requestedBy", requestedBy)
                .update();
    }

    Optional<KeyRotation> underWay(UUID ownerId) {
        return jdbc.sql(SELECT + "where owner_id = :ownerId and step <> 'DONE'")
                .param("ownerId", ownerId)
                .query(KeyRotation.class)
                .optional();
    }

    List<KeyRotation> allUnderWay() {
        return jdbc.sql(SELECT + "where step <> 'DONE' order by started_at")
                .query(KeyRotation.class)
                .list();
    }

    List<KeyRotation> of(UUID ownerId) {
        return jdbc.sql(SELECT + "where owner_id = :ownerId order by started_at desc limit 50")
                .param("ownerId", ownerId)
                .query(KeyRotation.class)
                .list();
    }

    /**
     * Ends a rotation's step.
     *
     * @return false if another process did so
     */
    boolean move(KeyRotation rotation, RotationStep next) {
        return jdbc.sql("""
                update key_rotation
                set step = :next, problem = null, finished_at = case when :next = 'DONE' then now() end
                where id = :id and step = :step
                """)
                        .param("id", rotation.id())
                        .param("step", rotation.step().name())
                        .param("next", next.name())
                        .update()
                == 1;
    }

    void failed(KeyRotation rotation, @Nullable String problem) {
        jdbc.sql("update key_rotation set problem = :problem where id = :id")
                .param("id", rotation.id())
                .param("problem", problem)
                .update();
    }
}
