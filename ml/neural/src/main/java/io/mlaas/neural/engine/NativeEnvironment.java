package io.mlaas.neural.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Environment variables for libraries that read them when they are loaded. Java cannot change its own environment, so
 * this calls the C library's setenv. Variables that the process was started with win.
 */
final class NativeEnvironment {
    /**
     * One thread, and one instruction set on every processor that has it (AVX2), so that the same sums are taken in the
     * same order on different machines. STRICT makes MKL's results independent of how arrays lie in memory.
     */
    private static final Map<String, String> REPRODUCIBLE = reproducible();

    private NativeEnvironment() {}

    static Map<String, String> reproducible() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("OMP_NUM_THREADS", "1");
        variables.put("OMP_DYNAMIC", "FALSE");
        variables.put("MKL_NUM_THREADS", "1");
        variables.put("MKL_DYNAMIC", "FALSE");
        variables.put("MKL_CBWR", "AVX2,STRICT");
        variables.put("ATEN_CPU_CAPABILITY", "avx2");
        variables.put("ONEDNN_MAX_CPU_ISA", "AVX2");
        return variables;
    }

    /**
     * Sets what is not set; to be called before the libraries are loaded. Where the process was started with all of them,
     * the calls into the C library, which take a while to prepare, are spared.
     */
    static void prepare() {
        if (!System.getenv().keySet().containsAll(REPRODUCIBLE.keySet())) {
            set();
        }
    }

    private static void set() {
        Linker linker = Linker.nativeLinker();
        MethodHandle setenv = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setenv"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            for (Map.Entry<String, String> variable : REPRODUCIBLE.entrySet()) {
                int failed = (int) setenv.invokeExact(
                        arena.allocateFrom(variable.getKey()), arena.allocateFrom(variable.getValue()), 0);
                if (failed != 0) {
                    throw new IllegalStateException("setenv " + variable.getKey() + " failed (expected: 0)");
                }
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("cannot set the environment of the native libraries", e);
        }
    }

    /** The variables as the libraries see them. */
    static Map<String, String> effective() {
        Map<String, String> effective = new LinkedHashMap<>(REPRODUCIBLE);
        effective.replaceAll((name, value) -> System.getenv().getOrDefault(name, value));
        return effective;
    }
}
