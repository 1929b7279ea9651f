package io.mlaas.ppfl.federation;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.federation.FederationEvents;
import io.mlaas.api.federation.FederationEvents.ClientChanged;
import io.mlaas.api.federation.FederationEvents.RoundFinished;
import io.mlaas.kit.event.Outbox;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The rounds and clients of federations. What is told twice is there once, as it was told last. */
@Component
public class FederationProgress {
    private final JdbcClient jdbc;
    private final Outbox outbox;

    FederationProgress(JdbcClient jdbc, Outbox outbox) {
        this.jdbc = jdbc;
        this.outbox = outbox;
    }

    /** In the order in which they were told first. */
    public List<FederationRound> rounds(UUID federation) {
        return jdbc.sql("select * from federation_round where federation_id = :id order by sequence")
                .param("id", federation)
                .query(FederationProgress::roundOf)
                .list();
    }

    /**
     * How far a federation is.
     *
     * @param epsilon as the last round says that tells it; null if none does
     */
    public record Reached(int rounds, @Nullable Double epsilon) {}

    /** Of those that had a round. */
    public Map<UUID, Reached> reached(Collection<UUID> federations) {
        Map<UUID, Reached> reached = new HashMap<>();
        jdbc.sql("""
                select federation_id, count(*) rounds,
                    (array_agg(epsilon order by sequence desc) filter (where epsilon is not null))[1] epsilon
                from federation_round where federation_id = any(:ids) group by federation_id
                """)
                .param("ids", federations.toArray(UUID[]::new))
                .query((row, number) -> reached.put(
                        row.getObject("federation_id", UUID.class),
                        new Reached(row.getInt("rounds"), row.getObject("epsilon", Double.class))))
                .list();
        return reached;
    }

    /** By name. */
    public List<FederationClient> clients(UUID federation) {
        return jdbc.sql("select * from federation_client where federation_id = :id order by name")
                .param("id", federation)
                .query(FederationProgress::clientOf)
                .list();
    }

    @Transactional
    public void round(UUID federation, FederationRound round) {
        boolean first = jdbc.sql("""
                insert into federation_round (federation_id, phase, round, clients_up, clients_total, loss, accuracy, epsilon,
                    bytes_up, bytes_down, seconds)
                values (:id, :phase, :round, :up, :total, :loss, :accuracy, :epsilon, :bytesUp, :bytesDown, :seconds)
                on conflict (federation_id, phase, round) do update set clients_up = excluded.clients_up,
                    clients_total = excluded.clients_total, loss = excluded.loss, accuracy = excluded.accuracy,
                    epsilon = excluded.epsilon, bytes_up = excluded.bytes_up, bytes_down = excluded.bytes_down,
                    seconds = excluded.seconds
                returning xmax = 0 as first
                """)
                .param("id", federation)
                .param("phase", round.phase())
                .param("round", round.round())
                .param("up", round.clientsUp())
                .param("total", round.clientsTotal())
                .param("loss", round.loss())
                .param("accuracy", round.accuracy())
                .param("epsilon", round.epsilon())
                .param("bytesUp", round.bytesUp())
                .param("bytesDown", round.bytesDown())
                .param("seconds", round.seconds())
                .query(Boolean.class)
                .single();
        if (first) {
            tell(
                    federation,
                    FederationEvents.ROUND_FINISHED,
                    new RoundFinished(
                            federation,
                            round.phase(),
                            round.round(),
                            round.clientsUp(),
                            round.clientsTotal(),
                            round.loss(),
                            round.accuracy(),
                            round.epsilon()));
        }
    }

    /**
     * Says how a client is; it was seen just now unless it is only invited.
     *
     * @param rounds how many it took part in; null: as many as before
     */
    @Transactional
    public void client(
            UUID federation,
            String name,
            FederationClient.State state,
            @Nullable String reason,
            @Nullable Integer rounds) {
        String before = stateForUpdate(federation, name);
        jdbc.sql("""
                insert into federation_client (federation_id, name, state, reason, last_seen, rounds)
                values (:id, :name, :state, :reason, case when :seen then now() end, coalesce(cast(:rounds as integer), 0))
                on conflict (federation_id, name) do update set state = excluded.state, reason = excluded.reason,
                    last_seen = coalesce(excluded.last_seen, federation_client.last_seen),
                    rounds = coalesce(cast(:rounds as integer), federation_client.rounds)
                """)
                .param("id", federation)
                .param("name", name)
                .param("state", state.name())
                .param("reason", reason == null ? null : reason.replace("\0", ""))
                .param("seen", state == FederationClient.State.UP || state == FederationClient.State.REFUSED)
                .param("rounds", rounds)
                .update();
        if (!before.equals(state.name())) {
            tell(
                    federation,
                    FederationEvents.CLIENT_CHANGED,
                    new ClientChanged(federation, name, state.name(), reason));
        }
    }

    /** Says that a client is not connected any more; one that was refused, or has left, stays so with its reason. */
    @Transactional
    public void gone(UUID federation, String name) {
        String before = stateForUpdate(federation, name);
        if (!before.equals(FederationClient.State.REFUSED.name())
                && !before.equals(FederationClient.State.LEFT.name())) {
            client(federation, name, FederationClient.State.DOWN, "not connected", null);
        }
    }

    /** Says that a client owes an answer; of one that has left nobody expects any. */
    @Transactional
    public void missing(UUID federation, String name, String reason) {
        if (!stateForUpdate(federation, name).equals(FederationClient.State.LEFT.name())) {
            client(federation, name, FederationClient.State.DOWN, reason, null);
        }
    }

    private String stateForUpdate(UUID federation, String name) {
        return jdbc.sql("select state from federation_client where federation_id = :id and name = :name for update")
                .param("id", federation)
                .param("name", name)
                .query(String.class)
                .optional()
                .orElse("");
    }

    private void tell(UUID federation, String type, Object payload) {
        UUID organization = jdbc.sql("select organization_id from federation where id = :id")
                .param("id", federation)
                .query(UUID.class)
                .single();
        outbox.publish(Topics.FEDERATION, CloudEvent.of(Federations.SOURCE, type, federation, organization, payload));
    }

    private static FederationRound roundOf(ResultSet row, int number) throws SQLException {
        return new FederationRound(
                row.getString("phase"),
                row.getInt("round"),
                FederationRows.instant(row, "at"),
                row.getObject("clients_up", Integer.class),
                row.getObject("clients_total", Integer.class),
                FederationRows.number(row, "loss"),
                FederationRows.number(row, "accuracy"),
                FederationRows.number(row, "epsilon"),
                row.getObject("bytes_up", Long.class),
                row.getObject("bytes_down", Long.class),
                FederationRows.number(row, "seconds"));
    }

    private static FederationClient clientOf(ResultSet row, int number) throws SQLException {
        return new FederationClient(
                row.getString("name"),
                FederationClient.State.valueOf(row.getString("state")),
                row.getString("reason"),
                FederationRows.instant(row, "last_seen"),
                row.getInt("rounds"));
    }
}
