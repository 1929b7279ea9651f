package io.mlaas.ppfl.watch;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.mlaas.kit.observe.GaugeFamily;
import io.mlaas.kit.work.Rounds;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Federations as metrics: how many there are by state, and the latest round of the {@value #MOST} newest. */
@Component
class FederationGauges implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(FederationGauges.class);
    private static final Duration FAREWELL = Duration.ofSeconds(5);
    private static final int MOST = 100;
    private static final Map<String, String> OF_A_ROUND = Map.of(
            "round", "Rounds that are over",
            "rounds.planned", "Rounds that there will be",
            "accuracy", "Accuracy after the latest round",
            "loss", "Loss after the latest round",
            "epsilon", "Privacy spent until the latest round, at the federation's own delta",
            "round.seconds", "How long the latest round took");

    private final JdbcClient jdbc;
    private final GaugeFamily federations;
    private final GaugeFamily clients;
    private final GaugeFamily bytes;
    private final Map<String, GaugeFamily> gauges = new LinkedHashMap<>();
    private final Rounds rounds;

    FederationGauges(JdbcClient jdbc, MeterRegistry meters, WatchProperties properties) {
        this.jdbc = jdbc;
        this.rounds = new Rounds(
                "federation-gauges",
                properties.gauges(),
                properties.gauges(),
                log,
                "the federations' metrics could not be read, and are tried again",
                this::refresh);
        federations = new GaugeFamily("mlaas.federations", "Federations by state", meters);
        clients = new GaugeFamily("mlaas.federation.clients", "Clients of a federation by state", meters);
        bytes = new GaugeFamily("mlaas.federation.bytes", "Bytes of updates and models until the latest round", meters);
        OF_A_ROUND.forEach((name, description) ->
                gauges.put(name, new GaugeFamily("mlaas.federation." + name, description, meters)));
    }

    @Override
    public void start() {
        rounds.start();
    }

    @Override
    public void stop() {
        rounds.stop(FAREWELL);
    }

    @Override
    public boolean isRunning() {
        return rounds.isRunning();
    }

    private boolean refresh() {
        federations.show(
                counts("select organization_id, lower(state) as state, count(*) as n from federation group by 1, 2"));
        clients.show(counts("""
                with newest as (select id, organization_id, name from federation order by created_at desc limit %d)
                select organization_id, f.name || ' ' || left(f.id::text, 8) as federation, lower(c.state) as state, count(*) as n
                from newest f join federation_client c on c.federation_id = f.id group by 1, 2, 3
                """.formatted(MOST)));
        latestRounds();
        return false;
    }

    private Map<Tags, Double> counts(String sql) {
        Map<Tags, Double> counts = new HashMap<>();
        jdbc.sql(sql).query(row -> {
            Tags tags = Tags.of("organization", row.getString("organization_id"), "state", row.getString("state"));
            boolean one = row.getMetaData().getColumnCount() > 3;
            counts.put(one ? tags.and("federation", row.getString("federation")) : tags, row.getDouble("n"));
        });
        return counts;
    }

    private void latestRounds() {
        Map<String, Map<Tags, Double>> values = new HashMap<>();
        gauges.keySet().forEach(name -> values.put(name, new HashMap<>()));
        Map<Tags, Double> traffic = new HashMap<>();
        jdbc.sql("""
                with newest as (select * from federation order by created_at desc limit :most)
                select f.organization_id, f.name || ' ' || left(f.id::text, 8) as federation,
                    (f.plan -> 'topology' ->> 'rounds')::int as rounds_planned, r.*
                from newest f join lateral (
                    select count(*) as round, sum(bytes_up) as up, sum(bytes_down) as down,
                        (array_agg(accuracy order by sequence desc))[1] as accuracy,
                        (array_agg(loss order by sequence desc))[1] as loss,
                        (array_agg(epsilon order by sequence desc))[1] as epsilon,
                        (array_agg(seconds order by sequence desc))[1] as round_seconds
                    from federation_round where federation_id = f.id) r on r.round > 0
                """).param("most", MOST).query(row -> {
            Tags tags = Tags.of(
                    "organization", row.getString("organization_id"), "federation", row.getString("federation"));
            for (Map.Entry<String, Map<Tags, Double>> gauge : values.entrySet()) {
                put(row, gauge.getKey().replace('.', '_').toLowerCase(Locale.ROOT), gauge.getValue(), tags);
            }
            put(row, "up", traffic, tags.and("direction", "up"));
            put(row, "down", traffic, tags.and("direction", "down"));
        });
        gauges.forEach((name, gauge) -> gauge.show(values.getOrDefault(name, Map.of())));
        bytes.show(traffic);
    }

    private static void put(ResultSet row, String column, Map<Tags, Double> into, Tags tags) throws SQLException {
        double value = row.getDouble(column);
        if (!row.wasNull()) {
            into.put(tags, value);
        }
    }
}
