package io.mlaas.ppfl.server;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** What federations that failed or were cancelled leave behind: clients' answers, and models that nobody will register. */
@Repository
class Remains {
    private static final String OF_ENDED =
            " where federation_id in (select id from federation where state in ('FAILED', 'CANCELLED'))";

    private final JdbcClient jdbc;

    Remains(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** There are many ways to such an end, some beside a round that closes; so it is swept, now and then. */
    @Transactional
    void sweep() {
        jdbc.sql("delete from federation_answer" + OF_ENDED).update();
        jdbc.sql("delete from federation_model" + OF_ENDED).update();
    }
}
