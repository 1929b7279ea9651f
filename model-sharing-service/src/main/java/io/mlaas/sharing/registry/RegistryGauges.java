package io.mlaas.sharing.registry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** How many datasets and models companies have registered, as metrics: of the {@value #MOST} companies with the most. */
@Component
class RegistryGauges {
    private static final int MOST = 200;

    private final JdbcClient jdbc;
    private final MultiGauge assets;

    RegistryGauges(JdbcClient jdbc, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.assets = MultiGauge.builder("mlaas.registry.assets")
                .description("Registered datasets and models by state")
                .register(meters);
    }

    @Scheduled(fixedDelayString = "PT30S")
    void count() {
        List<MultiGauge.Row<?>> rows = jdbc.sql("""
                with asset as (
                    select organization_id, 'dataset' as kind, state from dataset
                    union all
                    select organization_id, 'model', state from model),
                largest as (select organization_id from asset group by 1 order by count(*) desc, 1 limit :most)
                select organization_id, kind, lower(state) as state, count(*) as assets
                from asset join largest using (organization_id) group by 1, 2, 3
                """)
                .param("most", MOST)
                .<MultiGauge.Row<?>>query((row, number) -> MultiGauge.Row.of(
                        Tags.of(
                                "organization", row.getString("organization_id"),
                                "kind", row.getString("kind"),
                                "state", row.getString("state")),
                        row.getLong("assets")))
                .list();
        assets.register(rows, true);
    }
}
