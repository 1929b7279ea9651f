package io.mlaas.translation.onnx;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** So many translations at once, and one at a time of the same model: the second then finds what the first registered. */
@Component
class Turns {
    private static final int RETRY_SECONDS = 5;

    private final int capacity;
    private final Semaphore places;
    private final Duration maxWait;
    private final Map<UUID, Semaphore> perModel = new ConcurrentHashMap<>();

    Turns(TranslationProperties properties) {
        capacity = properties.capacity();
        places = new Semaphore(capacity, true);
        maxWait = properties.maxWait();
    }

    /** Must be closed. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    Turn ofModel(UUID model) {
        while (true) {
            Semaphore mine = perModel.computeIfAbsent(model, id -> new Semaphore(1, true));
            acquire(mine, "Model " + model + " is being translated by another request.");
            if (perModel.get(model) == mine) {
                return () -> {
                    if (!mine.hasQueuedThreads()) {
                        perModel.remove(model, mine);
                    }
                    mine.release();
                };
            }
            // The one before removed it when nobody waited yet.
            mine.release();
        }
    }

    Turn place() {
        acquire(places, "capacity: " + capacity + " models are being translated.");
        return places::release;
    }

    private void acquire(Semaphore semaphore, String why) {
        try {
            if (!semaphore.tryAcquire(maxWait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw TranslationProblem.TRANSLATION_BUSY.retryAfter(RETRY_SECONDS, why);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw TranslationProblem.TRANSLATION_BUSY.retryAfter(RETRY_SECONDS, "The service is shutting down.");
        }
    }
}
