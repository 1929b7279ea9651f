package io.mlaas.translation.onnx;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

    Workers(TranslationProperties properties) {
        threads = Executors.newFixedThreadPool(
                properties.capacity(),
                Thread.ofPlatform().daemon().name("translation-", 0).factory());
    }

    <T> T calculate(Callable<T> work) {
        Map<String, String> context = MDC.getCopyOfContextMap();
        Future<T> result = threads.submit(() -> {
            if (context != null) {
                MDC.setContextMap(context);
            }
            try {
                return work.call();
            } finally {
                MDC.clear();
            }
        });
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw TranslationProblem.TRANSLATION_BUSY.retryAfter(5, "The service is shutting down.");
        }
    }

    @Override
    public void destroy() {
        threads.shutdownNow();
    }
}
