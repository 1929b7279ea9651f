package io.mlaas.gateway;

import io.mlaas.testkit.ServiceRules;
import org.junit.jupiter.api.Test;

class ModularityTest {

    @Test
    void keepsItsArchitecture() {
        ServiceRules.verify(GatewayApplication.class);
    }
}
