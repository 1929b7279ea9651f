package io.mlaas.ppfl.server;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What the server saw of each client's update in the latest round that closed. */
@Repository
public class SeenUpdates {
    private final JdbcClient jdbc;

    SeenUpdates(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * One update.
     *
     * @param kind {@code PLAIN}, {@code MASKED} or {@code ENCRYPTED}
     * @param sha256 of what was received
     * @param beginning its first numbers
     */
    public record Seen(int round, String client, String kind, long bytes, String sha256, String beginning) {}

    /** By name. */
    public List<Seen> latest(UUID federation) {
        return jdbc.sql("select * from federation_seen where federation_id = :id order by name")
                .param("id", federation)
                .query((row, number) -> new Seen(
                        row.getInt("round"),
                        row.getString("name"),
                        row.getString("kind"),
                        row.getLong("bytes"),
                        row.getString("sha256"),
                        row.getString("beginning")))
                .list();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void store(UUID federation, Seen seen) {
        jdbc.sql("""
                insert into federation_seen (federation_id, name, round, kind, bytes, sha256, beginning)
                values (:id, :name, :round, :kind, :bytes, :sha256, :beginning)
                on conflict (federation_id, name) do update set round = excluded.round, kind = excluded.kind,
                    bytes = excluded.bytes, sha256 = excluded.sha256, beginning = excluded.beginning
                """)
                .param("id", federation)
                .param("name", seen.client())
                .param("round", seen.round())
                .param("kind", seen.kind())
                .param("bytes", seen.bytes())
                .param("sha256", seen.sha256())
                .param("beginning", seen.beginning())
                .update();
    }
}
