package io.mlaas.ppfl.server;

import io.mlaas.ppfl.protocol.v1.Phase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Real federations' progress, in PostgreSQL. Whoever changes it, or adds an answer, locks it first. */
@Repository
class Runs {
    private static final String LOCK_TIMEOUT = "2s";

    private final JdbcClient jdbc;

    Runs(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void create(UUID federation, long seed, double clippingNorm) {
        jdbc.sql("insert into federation_run (federation_id, seed, clipping_norm) values (:id, :seed, :norm)")
                .param("id", federation)
                .param("seed", seed)
                .param("norm", clippingNorm)
                .update();
    }

    Optional<Run> find(UUID federation) {
        return read("select * from federation_run where federation_id = :id", federation);
    }

    /** Until the transaction ends, nobody moves it on. */
    @Transactional(propagation = Propagation.MANDATORY)
    Optional<Run> lock(UUID federation) {
        return read("select * from federation_run where federation_id = :id for update", federation);
    }

    /** Where clients are: without the weights. */
    @Transactional(propagation = Propagation.MANDATORY)
    Optional<Run> lockPlace(UUID federation) {
        waitBriefly();
        return read("""
                select federation_id, seed, round, attempt, phase, round_began_at, null::bytea weights, null::bytea optimizer,
                    clipping_norm, bytes_up, bytes_down
                from federation_run where federation_id = :id for share
                """, federation);
    }

    Optional<Run> place(UUID federation) {
        return read("""
                select federation_id, seed, round, attempt, phase, round_began_at, null::bytea weights, null::bytea optimizer,
                    clipping_norm, bytes_up, bytes_down
                from federation_run where federation_id = :id
                """, federation);
    }

    private Optional<Run> read(String sql, UUID federation) {
        return jdbc.sql(sql).param("id", federation).query(Runs::run).optional();
    }

    /** The model that a round begins with. */
    @Transactional(propagation = Propagation.MANDATORY)
    void model(UUID federation, byte[] weights, byte[] optimizer, double clippingNorm) {
        jdbc.sql("""
                update federation_run set weights = :weights, optimizer = :optimizer, clipping_norm = :norm,
                    bytes_up = 0, bytes_down = 0
                where federation_id = :id
                """)
                .param("weights", weights)
                .param("optimizer", optimizer)
                .param("norm", clippingNorm)
                .param("id", federation)
                .update();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void at(UUID federation, int round, int attempt, Phase phase, boolean begins) {
        jdbc.sql("""
                update federation_run set round = :round, attempt = :attempt, phase = :phase,
                    round_began_at = case when :begins then now() else round_began_at end
                where federation_id = :id
                """)
                .param("round", round)
                .param("attempt", attempt)
                .param("phase", phase.name())
                .param("begins", begins)
                .param("id", federation)
                .update();
    }

    @Transactional
    void sent(UUID federation, long bytes) {
        waitBriefly();
        jdbc.sql("update federation_run set bytes_down = bytes_down + :bytes where federation_id = :id")
                .param("bytes", bytes)
                .param("id", federation)
                .update();
    }

    /**
     * Whoever closes a round holds its row as long as it adds up. Clients that come meanwhile must not hold connections to the
     * database as long: they are sent away, and come again.
     */
    private void waitBriefly() {
        jdbc.sql("select set_config('lock_timeout', :most, true)")
                .param("most", LOCK_TIMEOUT)
                .query(String.class)
                .single();
    }

    private static Run run(ResultSet row, int number) throws SQLException {
        String phase = row.getString("phase");
        Timestamp began = row.getTimestamp("round_began_at");
        return new Run(
                row.getObject("federation_id", UUID.class),
                row.getLong("seed"),
                row.getInt("round"),
                row.getInt("attempt"),
                phase == null ? null : Phase.valueOf(phase),
                began == null ? null : began.toInstant(),
                row.getBytes("weights"),
                row.getBytes("optimizer"),
                row.getDouble("clipping_norm"),
                row.getLong("bytes_up"),
                row.getLong("bytes_down"));
    }
}
