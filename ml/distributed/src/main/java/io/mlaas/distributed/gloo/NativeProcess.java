package io.mlaas.distributed.gloo;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch_gloo;

/** What Java does not offer for the process it runs in: calls into the C library. */
final class NativeProcess {
    private static final int WRITE_ONLY = 1;
    private static final int INTERRUPT = 2;
    private static final int TERMINATE = 15;
    private static final MemorySegment IGNORE = MemorySegment.ofAddress(1);

    private NativeProcess() {}

    /**
     * A terminal's signal to all processes of a training would end this worker before its rank has ended: the rank decides,
     * and closes this worker's input.
     */
    static void ignoreSignals() {
        Linker linker = Linker.nativeLinker();
        MethodHandle signal = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("signal"),
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        try {
            for (int number : new int[] {INTERRUPT, TERMINATE}) {
                MemorySegment before = (MemorySegment) signal.invokeExact(number, IGNORE);
                if (before.address() == -1) {
                    throw new IllegalStateException("signal " + number + " cannot be ignored");
                }
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("cannot call the C library", e);
        }
    }

    /**
     * Loads Gloo's library, and unpacks it before where nobody did. JavaCPP writes it in place: another worker of this machine
     * that mapped it meanwhile would die of SIGBUS. So one waits for another until it is known to be whole.
     *
     * @throws IllegalStateException where it cannot be unpacked
     */
    static void loadGloo() {
        try {
            Path cache = Loader.getCacheDir().toPath();
            Path whole = cache.resolve("mlaas-gloo-" + Loader.getVersion("org.bytedeco", "pytorch") + ".whole");
            if (Files.exists(whole) && Files.exists(Path.of(Files.readString(whole)))) {
                load();
                return;
            }
            try (FileChannel one = FileChannel.open(
                            cache.resolve("mlaas-gloo.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock ignored = one.lock()) {
                Path unpacked = cache.resolve("mlaas-gloo.new");
                Files.writeString(unpacked, load());
                Files.move(unpacked, whole, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot unpack Gloo: " + e, e);
        }
    }

    /** @return where the library is that depends on all others */
    private static String load() {
        Loader.load(torch.class);
        return Loader.load(torch_gloo.class);
    }

    /**
     * Gloo prints greetings on standard output. They go nowhere, and the output stays for replies. To be called before the
     * native libraries are loaded.
     */
    static OutputStream standardOutputForReplies() throws IOException {
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
