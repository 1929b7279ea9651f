package io.mlaas.sharing.registry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.mlaas.kit.observe.GaugeFamily;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** How many datasets and models companies have registered, as metrics: of the {@value #MOST} companies with the most. */
@Component
class RegistryGauges {
    private static final int MOST = 200;

    private final JdbcClient jdbc;
    private final GaugeFamily assets;

    RegistryGauges(JdbcClient jdbc, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.assets = new GaugeFamily("mlaas.registry.assets", "Registered datasets and models by state", meters);
    }

    @Scheduled(fixedDelayString = "PT30S")
    void count() {
        Map<Tags, Double> counts = new HashMap<>();
        jdbc.sql("""
                with asset as (
                    select organization_id, 'dataset' as kind, state from dataset
                    union all
                    select organization_id, 'model', state from model),
                largest as (select organization_id from asset group by 1 order by count(*) desc, 1 limit :most)
                select organization_id, kind, lower(state) as state, count(*) as assets
                from asset join largest using (organization_id) group by 1, 2, 3
                """).param("most", MOST).query(row -> {
            counts.put(
                    Tags.of(
                            "organization", row.getString("organization_id"),
                            "kind", row.getString("kind"),
                            "state", row.getString("state")),
                    row.getDouble("assets"));
        });
        assets.show(counts);
    }
}
