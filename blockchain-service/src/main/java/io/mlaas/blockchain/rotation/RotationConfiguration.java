package io.mlaas.blockchain.rotation;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

@Configuration(proxyBeanMethods = false)
class RotationConfiguration {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    // A step waits for its transaction to be mined: it gets a thread of its own, so that nothing else waits with it.
    @Bean
    SchedulingConfigurer rotating(KeyRotations rotations) {
        Steps steps = new Steps(rotations);
        return tasks -> tasks.addFixedRateTask(steps, INTERVAL);
    }

    /** One at a time: a tick that finds the last one at work does nothing. */
    private static final class Steps implements Runnable {
        private final KeyRotations rotations;
        private final ReentrantLock atWork = new ReentrantLock();

        private Steps(KeyRotations rotations) {
            this.rotations = rotations;
        }

        @Override
        public void run() {
            if (atWork.tryLock()) {
                try {
                    rotations.advanceQuietly();
                } finally {
                    atWork.unlock();
                }
            }
        }
    }
}
