package io.mlaas.ppfl;

import io.mlaas.testkit.ServiceRules;
import org.junit.jupiter.api.Test;

class ModularityTest {

    @Test
    void keepsToTheRulesOfAService() {
        ServiceRules.verify(PpflApplication.class, "io.mlaas.ppfl.protocol..", "io.mlaas.ppfl.client..");
    }
}
