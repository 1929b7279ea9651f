package io.mlaas.translation.onnx;

import io.mlaas.onnx.TimeLimit;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.MDC;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Threads that calculate. Requests run on virtual threads, which keep their processor until they wait for something: a
 * few long calculations there would leave none for health checks.
 */
@Component
class Workers implements DisposableBean {
    private final ExecutorService threads;
    private final Map<Thread, CountDownLatch> givenUp = new ConcurrentHashMap<>();

    Workers(TranslationProperties properties) {
        threads = Executors.newFixedThreadPool(
                properties.capacity(),
                Thread.ofPlatform().daemon().name("translation-", 0).factory());
    }

    <T> T calculate(Callable<T> work) {
        Future<T> result = threads.submit(inContext(work));
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw thrown(e);
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw TranslationProblem.TRANSLATION_BUSY.retryAfter(5, "The service is shutting down.");
        }
    }

    /**
     * Gives up when the time is over. A step that cannot be broken off, such as a batch that PyTorch calculates, goes on to
     * its end: {@link #awaitGivenUp} tells the same thread when.
     *
     * @throws TimeoutException when the time is over
     */
    <T> T calculate(TimeLimit limit, Callable<T> work) throws InterruptedException, TimeoutException {
        CountDownLatch ended = new CountDownLatch(1);
        Callable<T> told = inContext(work);
        Future<T> result = threads.submit(() -> {
            try {
                return told.call();
            } finally {
                ended.countDown();
            }
        });
        try {
            return result.get(limit.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw thrown(e);
        } catch (TimeoutException e) {
            givenUp.put(Thread.currentThread(), ended);
            result.cancel(true);
            throw e;
        } catch (InterruptedException e) {
            result.cancel(true);
            throw e;
        }
    }

    /** Returns when nothing holds memory any more that this thread has given up. */
    void awaitGivenUp() throws InterruptedException {
        CountDownLatch ended = givenUp.remove(Thread.currentThread());
        if (ended != null) {
            ended.await();
        }
    }

    private static <T> Callable<T> inContext(Callable<T> work) {
        Map<String, String> context = MDC.getCopyOfContextMap();
        return () -> {
            if (context != null) {
                MDC.setContextMap(context);
            }
            try {
                return work.call();
            } finally {
                MDC.clear();
            }
        };
    }

    private static RuntimeException thrown(ExecutionException e) {
        return switch (e.getCause()) {
            case RuntimeException failure -> failure;
            case Error failure -> throw failure;
            case null, default -> new IllegalStateException(e.getCause());
        };
    }

    @Override
    public void destroy() {
        threads.shutdownNow();
    }
}
