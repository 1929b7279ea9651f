package io.mlaas.federated.simulation;

import io.mlaas.federated.training.LocalTraining;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Threads that train, each with the network in the engine once, for whichever client comes. */
final class TrainingPool implements AutoCloseable {
    private final ExecutorService threads;
    private final ThreadLocal<LocalTraining> own;
    private final Queue<LocalTraining> made = new ConcurrentLinkedQueue<>();

    TrainingPool(int threads, Supplier<LocalTraining> training) {
        this.threads = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("federated-", 0).factory());
        this.own = ThreadLocal.withInitial(() -> {
            LocalTraining mine = training.get();
            made.add(mine);
            return mine;
        });
    }

    <T> Future<T> submit(Function<LocalTraining, T> work) {
        return threads.submit(() -> work.apply(own.get()));
    }

    /** @throws RuntimeException what the work threw */
    static <T> T join(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while clients train", e);
        }
    }

    /** Waits for what is being trained: the engine's memory is given back only when nobody uses it. */
    @Override
    public void close() {
        threads.shutdownNow();
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        made.forEach(LocalTraining::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
