package io.mlaas.sharing;

import io.mlaas.testkit.ServiceRules;
import org.junit.jupiter.api.Test;

class ModularityTest {
    @Test
    void keepsTheRulesOfTheHouse() {
        ServiceRules.verify(ModelSharingApplication.class);
    }
}
