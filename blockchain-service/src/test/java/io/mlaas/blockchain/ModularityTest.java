package io.mlaas.blockchain;

import io.mlaas.testkit.ServiceRules;
import org.junit.jupiter.api.Test;

class ModularityTest {
    @Test
    void keepsTheRulesOfAService() {
        ServiceRules.verify(BlockchainApplication.class);
    }
}
