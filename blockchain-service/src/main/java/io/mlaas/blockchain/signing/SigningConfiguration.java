package io.mlaas.blockchain.signing;

import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import io.mlaas.kit.seal.SealedColumn;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

@Configuration(proxyBeanMethods = false)
class SigningConfiguration {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    // Waits for transactions to be mined: a tick that finds the last one at work does nothing.
    @Bean
    SchedulingConfigurer publishing(KeyPublication publication) {
        ReentrantLock atWork = new ReentrantLock();
        return tasks -> tasks.addFixedRateTask(
                () -> {
                    if (atWork.tryLock()) {
                        try {
                            publication.advanceQuietly();
                        } finally {
                            atWork.unlock();
                        }
                    }
                },
                INTERVAL);
    }

    @Bean
    SealedColumn sealedSigningKeys(MasterKeys keys) {
        return new SealedColumn("signing_key", "id", "owner_id", "sealed_key", new Seal(keys, SigningKeys.SEALED_AS));
    }
}
