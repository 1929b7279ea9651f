package io.mlaas.sharing.anchoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.blockchain.NewestBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.web.client.ResourceAccessException;

class NewestBlocksTest {
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Supplier<NewestBlock> answer = () -> new NewestBlock("0x01");
    private final NewestBlocks blocks = new NewestBlocks(() -> {
        asked.incrementAndGet();
        return answer.get();
    });

    @Test
    void areAskedForOnceHoweverManyWantToKnow() throws Exception {
        List<Callable<Optional<String>>> readers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            readers.add(blocks::hash);
        }
        int before = asked.get();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Optional<String>> hash : threads.invokeAll(readers)) {
                assertThat(hash.get()).contains("0x01");
            }
        }
        assertThat(asked.get() - before).isLessThan(100);
    }

    @Test
    void areSeenSoonAfterTheyCame() {
        assertThat(blocks.hash()).contains("0x01");
        answer = () -> new NewestBlock("0x02");
        await().untilAsserted(() -> assertThat(blocks.hash()).contains("0x02"));
    }

    @Test
    void areUnknownWhileNobodyTells() {
        answer = () -> {
            throw new ResourceAccessException("nobody", new IOException("connection refused"));
        };
        assertThat(blocks.hash()).isEmpty();
        answer = () -> new NewestBlock(null);
        await().untilAsserted(() -> assertThat(blocks.hash()).isEmpty());
        answer = () -> new NewestBlock("0x03");
        await().untilAsserted(() -> assertThat(blocks.hash()).contains("0x03"));
    }
}
