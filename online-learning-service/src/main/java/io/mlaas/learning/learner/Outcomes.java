package io.mlaas.learning.learner;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;

/** Tells those who wait here what became of their entries, if this instance reads them. */
@Component
class Outcomes {
    private final Map<UUID, CompletableFuture<Progress>> awaited = new ConcurrentHashMap<>();

    /** Somebody who waits for an entry; to be closed. */
    final class Waiter implements AutoCloseable {
        private final UUID entry;
        private final CompletableFuture<Progress> outcome;

        private Waiter(UUID entry, CompletableFuture<Progress> outcome) {
            this.entry = entry;
            this.outcome = outcome;
        }

        /** @return empty if it took longer, or another instance has the learner */
        Optional<Progress> await(Duration longest) {
            try {
                return Optional.of(outcome.get(longest.toMillis(), TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            } catch (TimeoutException e) {
                return Optional.empty();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            awaited.remove(entry);
        }
    }

    Waiter waiter(UUID entry) {
        CompletableFuture<Progress> outcome = new CompletableFuture<>();
        awaited.put(entry, outcome);
        return new Waiter(entry, outcome);
    }

    void learned(UUID entry, Progress progress) {
        CompletableFuture<Progress> outcome = awaited.get(entry);
        if (outcome != null) {
            outcome.complete(progress);
        }
    }
}
