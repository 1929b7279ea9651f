package io.mlaas.onnx.parity;

import io.mlaas.onnx.parity.ParityInputs.Labelled;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.OnnxModel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives each batch to the source and to its translation, and passes on what both made of it, in order. Where the source can
 * be asked by several threads, several batches are on their way at a time, but never more than fit into memory.
 */
final class BothSides implements AutoCloseable {
    private static final int MOST_THREADS = 4;

    /** Of the heap, for each thread. */
    private static final long MEMORY = 400L << 20;

    /** A large batch takes as long as several small ones. */
    private static final int AHEAD = 4;

    private final Reference reference;
    private final OnnxModel translated;
    private final @Nullable OnnxModel quantized;
    private final Oversight oversight;
    private final int threads;
    private final @Nullable ExecutorService pool;
    private int done;

    /** The source gave no outputs for a batch. */
    static final class SourceFailed extends RuntimeException {
        private final RuntimeException failure;

        SourceFailed(RuntimeException failure) {
            super(failure);
            this.failure = failure;
        }

        RuntimeException failure() {
            return failure;
        }
    }

    /** What both sides made of a batch. */
    record Outputs(
            Labelled input,
            NamedTensors expected,
            NamedTensors translated,
            @Nullable NamedTensors quantized) {}

    BothSides(Reference reference, OnnxModel translated, @Nullable OnnxModel quantized, Oversight oversight) {
        this.reference = reference;
        this.translated = translated;
        this.quantized = quantized;
        this.oversight = oversight;
        this.threads = reference.isConcurrent() ? threads() : 1;
        this.pool = threads == 1
                ? null
                : Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().daemon().name("parity-", 0).factory());
    }

    private static int threads() {
        long memory = Runtime.getRuntime().maxMemory() / MEMORY;
        return (int) Math.clamp(Math.min(memory, Runtime.getRuntime().availableProcessors()), 1, MOST_THREADS);
    }

    /**
     * @param all samples there are
     * @throws io.mlaas.onnx.TranslationRefused when the time is over
     */
    void forEach(Iterator<Labelled> inputs, int all, Consumer<Outputs> then) {
        Deque<Future<Outputs>> ahead = new ArrayDeque<>();
        while (inputs.hasNext() || !ahead.isEmpty()) {
            oversight.limit().check(told(done, all));
            Outputs next;
            if (pool == null) {
                next = run(inputs.next());
            } else {
                while (inputs.hasNext() && ahead.size() < AHEAD * threads) {
                    Labelled input = inputs.next();
                    ahead.add(pool.submit(() -> run(input)));
                }
                next = await(ahead.remove(), told(done, all));
            }
            then.accept(next);
            done += next.input().samples();
            oversight.progress().compared(done, all);
        }
    }

    private static String told(int done, int all) {
        return String.format(Locale.ROOT, "with %,d of %,d inputs compared", done, all);
    }

    private Outputs run(Labelled input) {
        return new Outputs(
                input,
                expected(input),
                translated.run(input.tensors()),
                quantized == null ? null : quantized.run(input.tensors()));
    }

    private NamedTensors expected(Labelled input) {
        try {
            return reference.run(input.tensors());
        } catch (RuntimeException e) {
            throw new SourceFailed(e);
        }
    }

    private Outputs await(Future<Outputs> outputs, String told) {
        try {
            return outputs.get(oversight.limit().left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw oversight.limit().exceeded(told);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Returns when no thread uses the models any more: what they hold outside of the heap is freed next. */
    @Override
    public void close() {
        if (pool != null) {
            pool.shutdownNow();
            pool.close();
        }
    }
}
