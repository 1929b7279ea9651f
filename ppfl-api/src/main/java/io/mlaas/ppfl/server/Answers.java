package io.mlaas.ppfl.server;

import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.Place;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Who was asked in the phases of the round at hand, and what was answered; in PostgreSQL. */
@Repository
class Answers {
    private static final String OF_ONE = """
             where federation_id = :id and round = :round and attempt = :attempt and phase = :phase and name = :name
            """;

    private final JdbcClient jdbc;

    Answers(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What became of a question. */
    enum State {
        ASKED,
        ACCEPTED,
        REFUSED,
        /** Not there when the phase closed. */
        MISSING
    }

    /** An answer without its content. */
    record Verdict(
            String name,
            State state,
            @Nullable String reason,
            @Nullable String sha256,
            long bytes) {}

    @Transactional(propagation = Propagation.MANDATORY)
    void ask(UUID federation, Place place, Collection<String> names) {
        for (String name : names) {
            one(
                            "insert into federation_answer (federation_id, round, attempt, phase, name)"
                                    + " values (:id, :round, :attempt, :phase, :name)",
                            federation,
                            place,
                            name)
                    .update();
        }
    }

    Optional<Verdict> find(UUID federation, Place place, String name) {
        return one(
                        "select name, state, reason, sha256, length(content) bytes from federation_answer" + OF_ONE,
                        federation,
                        place,
                        name)
                .query(Answers::verdict)
                .optional();
    }

    /** By name. */
    List<Verdict> of(UUID federation, Place place) {
        return jdbc.sql("""
                select name, state, reason, sha256, length(content) bytes from federation_answer
                where federation_id = :id and round = :round and attempt = :attempt and phase = :phase
                order by name collate "C"
                """)
                .param("id", federation)
                .param("round", place.getRound())
                .param("attempt", place.getAttempt())
                .param("phase", place.getPhase().name())
                .query(Answers::verdict)
                .list();
    }

    /** What was accepted in a phase, by name. */
    Map<String, byte[]> accepted(UUID federation, int round, int attempt, Phase phase) {
        Map<String, byte[]> found = new TreeMap<>();
        jdbc.sql("""
                select name, content from federation_answer
                where federation_id = :id and round = :round and attempt = :attempt and phase = :phase and state = 'ACCEPTED'
                """)
                .param("id", federation)
                .param("round", round)
                .param("attempt", attempt)
                .param("phase", phase.name())
                .query((row, number) -> Map.entry(row.getString("name"), row.getBytes("content")))
                .list()
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    /** The first answer of one who was asked. */
    @Transactional(propagation = Propagation.MANDATORY)
    void accept(UUID federation, Place place, String name, String sha256, byte[] content) {
        one(
                        "update federation_answer set state = 'ACCEPTED', sha256 = :sha256, content = :content"
                                + OF_ONE,
                        federation,
                        place,
                        name)
                .param("sha256", sha256)
                .param("content", content)
                .update();
    }

    /** @param sha256 of the bytes that were refused; null if there are none */
    @Transactional(propagation = Propagation.MANDATORY)
    void settle(UUID federation, Place place, String name, State state, String reason, @Nullable String sha256) {
        one("""
                update federation_answer set state = :state, reason = :reason, sha256 = coalesce(:sha256, sha256),
                    content = null
                """ + OF_ONE, federation, place, name)
                .param("state", state.name())
                .param("reason", reason.replace("\0", ""))
                .param("sha256", sha256)
                .update();
    }

    /** After a round, what was said in it is not kept. */
    @Transactional(propagation = Propagation.MANDATORY)
    void forget(UUID federation) {
        jdbc.sql("delete from federation_answer where federation_id = :id")
                .param("id", federation)
                .update();
    }

    private JdbcClient.StatementSpec one(String sql, UUID federation, Place place, String name) {
        return jdbc.sql(sql)
                .param("id", federation)
                .param("round", place.getRound())
                .param("attempt", place.getAttempt())
                .param("phase", place.getPhase().name())
                .param("name", name);
    }

    private static Verdict verdict(java.sql.ResultSet row, int number) throws java.sql.SQLException {
        return new Verdict(
                row.getString("name"),
                State.valueOf(row.getString("state")),
                row.getString("reason"),
                row.getString("sha256"),
                row.getLong("bytes"));
    }
}
