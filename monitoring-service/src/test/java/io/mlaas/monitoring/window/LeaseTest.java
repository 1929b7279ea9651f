package io.mlaas.monitoring.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class LeaseTest {
    @Test
    void isRenewedUntilTheWorkIsDoneWhateverFails() {
        List<Duration> renewals = new CopyOnWriteArrayList<>();
        Duration length = Duration.ofMillis(90);
        try (Lease lease = new Lease(length, time -> {
            renewals.add(time);
            if (renewals.size() == 2) {
                throw new IllegalStateException("the database is away");
            }
        })) {
            lease.start();
            await().until(() -> renewals.size() > 3);
        }

        assertThat(renewals).containsOnly(length);
    }
}
