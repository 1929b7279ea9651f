package io.mlaas.blockchain.anchor;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

@Configuration(proxyBeanMethods = false)
class AnchorConfiguration {
    private static final Duration INTERVAL = Duration.ofMillis(500);

    // A batch waits for its transaction to be mined: a tick that finds the last one at work does nothing.
    @Bean
    SchedulingConfigurer anchoring(AnchorBatches batches) {
        ReentrantLock atWork = new ReentrantLock();
        return tasks -> tasks.addFixedRateTask(
                () -> {
                    if (atWork.tryLock()) {
                        try {
                            batches.advanceQuietly();
                        } finally {
                            atWork.unlock();
                        }
                    }
                },
                INTERVAL);
    }

    @Bean
    MeterBinder waitingDigests(AnchorRepository repository) {
        return meters -> {
            Gauge.builder("mlaas.chain.anchor.waiting", repository, one -> one.backlog()
                            .leaves())
                    .description("Digests that are not on the chain yet")
                    .register(meters);
            TimeGauge.builder("mlaas.chain.anchor.waiting.oldest", repository, TimeUnit.SECONDS, one -> one.backlog()
                            .oldestSeconds())
                    .description("How long the oldest of them waits")
                    .register(meters);
        };
    }
}
