package io.mlaas.stack.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class StartGateTest {

    @Test
    void theMostImportantOfThoseWhoWaitGoesFirst() throws InterruptedException {
        StartGate gate = new StartGate(1);
        List<Integer> order = new CopyOnWriteArrayList<>();
        gate.enter(0);
        for (int rank : new int[] {9, 3, 5}) {
            Thread waiter = Thread.startVirtualThread(() -> {
                try {
                    gate.enter(rank);
                    order.add(rank);
                    gate.leave();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            await().until(() -> waiter.getState() == Thread.State.WAITING);
        }
        assertThat(order).isEmpty();
        gate.leave();
        await().untilAsserted(() -> assertThat(order).containsExactly(3, 5, 9));
    }
}
