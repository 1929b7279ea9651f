package io.mlaas.kit.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GaugeFamilyTest {
    private static final Tags ONE = Tags.of("of", "one");
    private static final Tags TWO = Tags.of("of", "two");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final GaugeFamily family = new GaugeFamily("tried.values", "Values", meters);

    @Test
    void showsTheLatestValuesAndKeepsTheGaugesThatStay() {
        family.show(Map.of(ONE, 1.0, TWO, 2.0));
        Gauge kept = meters.get("tried.values").tags(ONE).gauge();
        assertThat(kept.value()).isEqualTo(1);

        family.show(Map.of(ONE, 3.0));

        assertThat(kept.value()).isEqualTo(3);
        assertThat(meters.find("tried.values").gauges()).containsExactly(kept);
        family.show(Map.of());
        assertThat(meters.find("tried.values").gauges()).isEmpty();
        family.show(Map.of(TWO, 4.0));
        assertThat(meters.get("tried.values").gauge().value()).isEqualTo(4);
    }
}
