package io.mlaas.kit.event;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Remembers which events were handled, in the transaction that handles them. */
public class Inbox {
    private final JdbcClient jdbc;

    Inbox(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @return false if this event was handled before: then do nothing */
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean firstTime(UUID eventId) {
        return jdbc.sql("insert into inbox_event (id) values (:id) on conflict do nothing")
                        .param("id", eventId)
                        .update()
                == 1;
    }
}
