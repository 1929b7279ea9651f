package io.mlaas.ppfl.server;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** By which the participants of a company's federations come in. While it is shut, rounds pause and clients are told. */
@Component
public class Door {
    private final JdbcClient jdbc;

    Door(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Of a company that never said anything it is open. */
    public boolean isOpen(UUID organization) {
        return jdbc.sql("select open from federation_door where organization_id = :id")
                .param("id", organization)
                .query(Boolean.class)
                .optional()
                .orElse(true);
    }

    @Transactional
    public void open(UUID organization) {
        set(organization, true);
    }

    /** Soon after, no client is asked anything any more. */
    @Transactional
    public void shut(UUID organization) {
        set(organization, false);
    }

    private void set(UUID organization, boolean open) {
        jdbc.sql("""
                insert into federation_door (organization_id, open) values (:id, :open)
                on conflict (organization_id) do update set open = excluded.open, changed_at = now()
                """).param("id", organization).param("open", open).update();
    }
}
