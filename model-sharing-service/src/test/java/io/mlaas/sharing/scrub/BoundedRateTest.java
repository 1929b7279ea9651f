package io.mlaas.sharing.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class BoundedRateTest {
    @Test
    void readsNoFasterThanItMay() {
        BoundedRate pace = new BoundedRate(1_000_000, () -> true);
        long before = System.nanoTime();
        for (int i = 0; i < 30; i++) {
            pace.read(10_000);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(299), Duration.ofSeconds(5));
    }

    @Test
    void endsWhenTheServiceStops() {
        assertThatThrownBy(() -> new BoundedRate(1024, () -> false).read(1_000_000))
                .isInstanceOf(CancellationException.class);
    }
}
