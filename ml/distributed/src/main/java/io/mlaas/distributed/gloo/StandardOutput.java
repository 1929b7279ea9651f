package io.mlaas.distributed.gloo;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Gloo prints greetings on standard output. They go nowhere, and the output stays for replies. */
final class StandardOutput {
    private static final int WRITE_ONLY = 1;

    private StandardOutput() {}

    /** To be called before the native libraries are loaded. */
    static OutputStream forRepliesOnly() throws IOException {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor duplicate = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        MethodHandle dup = linker.downcallHandle(linker.defaultLookup().findOrThrow("dup"), duplicate);
        MethodHandle dup2 = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("dup2"), duplicate.appendArgumentLayouts(ValueLayout.JAVA_INT));
        MethodHandle open = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("open"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(2));
        int output;
        int moved;
        try (Arena arena = Arena.ofConfined()) {
            output = (int) dup.invokeExact(1);
            moved = (int) dup2.invokeExact((int) open.invokeExact(arena.allocateFrom("/dev/null"), WRITE_ONLY), 1);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot call the C library", e);
        }
        if (output < 0 || moved != 1) {
            throw new IllegalStateException(
                    "dup: " + output + ", dup2: " + moved + " (expected: a descriptor, and standard output)");
        }
        return new FileOutputStream("/proc/self/fd/" + output);
    }
}
