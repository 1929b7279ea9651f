package io.mlaas.sharing.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.sharing.RegistryServer;
import io.mlaas.testkit.TestIdentity;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class RegistryGaugesTest extends RegistryServer {

    @Autowired
    private RegistryGauges gauges;

    @Autowired
    private MeterRegistry meters;

    @Test
    void countWhatEachCompanyHasRegistered() throws Exception {
        gauges.count();
        double before = registered();
        registerDataset(TestIdentity.acmeScientist(), "one more".getBytes(StandardCharsets.UTF_8));
        gauges.count();
        assertThat(registered()).isEqualTo(before + 1);
    }

    private double registered() {
        return meters
                .find("mlaas.registry.assets")
                .tags("organization", TestIdentity.ACME.toString(), "kind", "dataset")
                .gauges()
                .stream()
                .mapToDouble(gauge -> gauge.value())
                .sum();
    }
}
