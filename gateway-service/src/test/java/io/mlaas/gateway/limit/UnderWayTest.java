package io.mlaas.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class UnderWayTest {
    private static final Duration NOT_LONG = Duration.ofMillis(20);

    @Test
    void givesOneCompanyHalfOfThePlaces() throws InterruptedException {
        UnderWay underWay = new UnderWay(4, NOT_LONG);

        assertThat(underWay.enter("acme")).isTrue();
        assertThat(underWay.enter("acme")).isTrue();
        assertThat(underWay.enter("acme")).isFalse();
        assertThat(underWay.enter("globex")).isTrue();
        assertThat(underWay.enter("globex")).isTrue();
        assertThat(underWay.enter("third")).as("all places are taken").isFalse();
        assertThat(underWay.count()).isEqualTo(4);
    }

    @Test
    void letsAWaitingRequestInWhenAnotherLeaves() throws Exception {
        UnderWay underWay = new UnderWay(2, Duration.ofSeconds(30));
        underWay.enter("acme");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var second = CompletableFuture.supplyAsync(() -> entered(underWay), threads);
            await().until(() -> underWay.waiting() == 1);
            assertThat(second).isNotDone();

            underWay.leave("acme");

            assertThat(second.get()).isTrue();
        }
        underWay.leave("acme");
        assertThat(underWay.count()).isZero();
        assertThat(underWay.companies()).as("companies that are remembered").isZero();
    }

    @Test
    void forgetsACompanyThatWasTurnedAway() throws InterruptedException {
        UnderWay underWay = new UnderWay(2, NOT_LONG);
        underWay.enter("acme");
        underWay.enter("globex");

        assertThat(underWay.enter("third")).isFalse();

        assertThat(underWay.companies()).isEqualTo(2);
        underWay.leave("globex");
        assertThat(underWay.enter("third")).isTrue();
    }

    private static boolean entered(UnderWay underWay) {
        try {
            return underWay.enter("acme");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
