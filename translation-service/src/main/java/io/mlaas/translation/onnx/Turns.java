package io.mlaas.translation.onnx;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** So many models in memory at once, whether they are translated or looked at. */
@Component
class Turns {
    private static final int RETRY_SECONDS = 5;

    private final int capacity;
    private final Semaphore places;
    private final Duration maxWait;

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

    /** A place for work that can wait. */
    Turn await() throws InterruptedException {
        places.acquire();
        return places::release;
    }

    /** A place for a request that cannot. */
    Turn place() {
        try {
            if (!places.tryAcquire(maxWait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw TranslationProblem.TRANSLATION_BUSY.retryAfter(
                        RETRY_SECONDS, "capacity: " + capacity + " models are being translated.");
            }
            return places::release;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw TranslationProblem.TRANSLATION_BUSY.retryAfter(RETRY_SECONDS, "The service is shutting down.");
        }
    }
}
