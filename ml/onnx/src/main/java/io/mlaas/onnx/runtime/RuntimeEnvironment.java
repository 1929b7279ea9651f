package io.mlaas.onnx.runtime;

import ai.onnxruntime.OrtEnvironment;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * ONNX Runtime, loaded once on a thread with room.
 *
 * <p>While it loads, version 1.29 matches the process's command line against a regular expression that recurses per
 * character: with a class path of some ten thousand characters that overflows a thread's usual stack of 1 MiB, and the
 * process dies without a word. Sessions and runs need no such room.
 */
final class RuntimeEnvironment {
    private static final long STACK_BYTES = 64L << 20;
    private static final OrtEnvironment LOADED = load();

    private RuntimeEnvironment() {}

    static OrtEnvironment get() {
        return LOADED;
    }

    private static OrtEnvironment load() {
        FutureTask<OrtEnvironment> loading = new FutureTask<>(OrtEnvironment::getEnvironment);
        Thread thread = new Thread(null, loading, "onnx-runtime-load", STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        try {
            return loading.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while ONNX Runtime was loaded", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("ONNX Runtime cannot be loaded", e.getCause());
        }
    }
}
