package io.mlaas.bench.chaos;

import io.mlaas.stack.process.Home;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The wall clocks of some services, each of which can be put ahead or back while it runs. */
final class SkewedClocks implements AutoCloseable {
    private static final long COMPILER_SECONDS = 60;

    private final Path folder;
    private final Path library;
    private final Map<String, FileChannel> clocks = new LinkedHashMap<>();

    private SkewedClocks(Path folder, Path library) {
        this.folder = folder;
        this.library = library;
    }

    static SkewedClocks prepare(Path folder, String compiler, List<String> services)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path library = folder.resolve("skew.so");
        compile(compiler, Home.find().root().resolve("bench/chaos/skew.c"), library);
        SkewedClocks clocks = new SkewedClocks(folder, library);
        for (String service : services) {
            clocks.clocks.put(
                    service,
                    FileChannel.open(clocks.file(service), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
            clocks.set(service, 0);
        }
        return clocks;
    }

    private static void compile(String compiler, Path source, Path library) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        compiler, "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl")
                .inheritIO()
                .start();
        if (!process.waitFor(COMPILER_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(
                    "--compiler: %s does not compile %s (expected: a C compiler)".formatted(compiler, source));
        }
    }

    /** For {@code up --set}. */
    List<String> settings() {
        List<String> settings = new ArrayList<>();
        for (String service : clocks.keySet()) {
            settings.add(service + ".LD_PRELOAD=" + library);
            settings.add(service + ".CLOCK_SKEW_FILE=" + file(service));
        }
        return settings;
    }

    void set(String service, long seconds) throws IOException {
        ByteBuffer value = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        Objects.requireNonNull(clocks.get(service), service)
                .write(value.putLong(seconds).flip(), 0);
    }

    /** All of them as the machine's. */
    void right() throws IOException {
        for (String service : clocks.keySet()) {
            set(service, 0);
        }
    }

    private Path file(String service) {
        return folder.resolve("clock-" + service);
    }

    @Override
    public void close() throws IOException {
        for (FileChannel clock : clocks.values()) {
            clock.close();
        }
    }
}
