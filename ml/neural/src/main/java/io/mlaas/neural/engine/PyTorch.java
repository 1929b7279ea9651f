package io.mlaas.neural.engine;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Loads the PyTorch engine once per process, offline and with one thread, and prepares threads for reproducible work.
 *
 * <p>Properties that are already set win, so that a service may choose otherwise before its first use.
 */
public final class PyTorch {
    private static final Map<String, String> SETTINGS = settings();

    private PyTorch() {}

    private static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("ai.djl.offline", "true");
        settings.put("OPT_OUT_TRACKING", "true");
        settings.put("ai.djl.default_engine", "PyTorch");
        settings.put("ai.djl.pytorch.num_threads", "1");
        settings.put("ai.djl.pytorch.num_interop_threads", "1");
        settings.put("ai.djl.pytorch.graph_optimizer", "false");
        settings.put("PYTORCH_FLAVOR", "cpu");
        return settings;
    }

    private static final class Loaded {
        static final Engine ENGINE = load();

        private static Engine load() {
            NativeEnvironment.prepare();
            SETTINGS.forEach((name, value) -> {
                if (System.getProperty(name) == null) {
                    System.setProperty(name, value);
                }
            });
            return Engine.getEngine("PyTorch");
        }
    }

    /** The engine; loads it on first use (about a second, more when the native libraries are unpacked first). */
    public static Engine engine() {
        return Loaded.ENGINE;
    }

    /**
     * The engine, with this thread's graph executor taking every operator as written: profiling and fusion would choose
     * kernels by what was seen before, so that the first steps would be calculated differently from later ones.
     */
    public static Engine engineForThisThread() {
        Engine engine = engine();
        JniUtils.setGraphExecutorOptimize(false);
        return engine;
    }

    /** The settings that decide which arithmetic the native libraries use; part of a training's record. */
    public static Map<String, String> arithmetic() {
        return NativeEnvironment.effective();
    }

    /** What the native libraries find in their environment, unless the process is started with something else there. */
    public static Map<String, String> environment() {
        return NativeEnvironment.reproducible();
    }

    /** Versions of what calculates: libtorch and its Java binding. */
    public static Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("libtorch", engine().getVersion());
        versions.put("djl", Engine.getDjlVersion());
        return versions;
    }
}
