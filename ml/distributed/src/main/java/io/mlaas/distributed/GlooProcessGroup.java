package io.mlaas.distributed;

import io.mlaas.distributed.Frames.Command;
import io.mlaas.distributed.Frames.Op;
import io.mlaas.distributed.gloo.GlooWorker;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process group over Gloo. The collectives run in a worker process beside this one, because Gloo's Java binding brings a
 * libtorch of its own, and two cannot live in one process; numbers pass through shared memory.
 */
public final class GlooProcessGroup implements ProcessGroup {
    private static final long GRACE_SECONDS = 30;
    private static final String CACHE = "org.bytedeco.javacpp.cachedir";
    private static final int CHUNK = 16 << 20;
    private static final String NATIVE = "org/bytedeco/pytorch/linux-x86_64/libjnitorch_gloo.so";

    private final Rendezvous rendezvous;
    private final Process worker;
    private final DataOutputStream commands;
    private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();
    private @Nullable SharedMemory shared;
    private int unanswered = 1; // the worker answers first when the ranks have met
    private int ranges;
    private boolean failed;

    private GlooProcessGroup(Rendezvous rendezvous, Process worker) {
        this.rendezvous = rendezvous;
        this.worker = worker;
        this.commands = new DataOutputStream(new BufferedOutputStream(worker.getOutputStream()));
        Thread.ofPlatform().daemon().name("collective-replies").start(this::listen);
    }

    /**
     * Starts this rank's worker and returns at once; the first collective waits until all ranks have come.
     *
     * @throws IllegalStateException where Gloo cannot run
     */
    public static GlooProcessGroup join(Rendezvous rendezvous) {
        String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!platform.equals("Linux amd64")) {
            throw new IllegalStateException("several workers on " + platform + " (expected: Linux amd64)");
        }
        if (GlooProcessGroup.class.getClassLoader().getResource(NATIVE) == null) {
            throw new IllegalStateException(
                    "class path without " + NATIVE + " (expected: org.bytedeco:pytorch, javacpp and openblas)");
        }
        ProcessBuilder program = new ProcessBuilder(program(rendezvous)).redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = program.environment();
        environment.putIfAbsent("OPENBLAS_NUM_THREADS", "1");
        environment.putIfAbsent("OMP_NUM_THREADS", "1");
        environment.putIfAbsent("TORCH_CPP_LOG_LEVEL", "ERROR");
        try {
            return new GlooProcessGroup(rendezvous, program.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the collective worker", e);
        }
    }

    private static List<String> program(Rendezvous rendezvous) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED"));
        String cache = cache();
        if (cache != null) {
            command.add("-D" + CACHE + "=" + cache);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), GlooWorker.class.getName()));
        command.addAll(GlooWorker.arguments(rendezvous));
        return command;
    }

    /** Where native libraries may be unpacked; null: JavaCPP's usual place. */
    private static @Nullable String cache() {
        String ofImage = System.getenv("DJL_CACHE_DIR");
        return ofImage != null ? Path.of(ofImage, "javacpp").toString() : System.getProperty(CACHE);
    }

    private void listen() {
        String end;
        try (DataInputStream in = new DataInputStream(worker.getInputStream())) {
            while (true) {
                replies.add(Frames.reply(in));
            }
        } catch (EOFException e) {
            end = "the collective worker of rank " + rank() + " ended";
        } catch (IOException e) {
            end = "the collective worker of rank " + rank() + " ended (" + e.getMessage() + ")";
        }
        replies.add(end);
    }

    @Override
    public int rank() {
        return rendezvous.rank();
    }

    @Override
    public int size() {
        return rendezvous.worldSize();
    }

    private void send(Op op, long offset, long count, String path) {
        if (failed) {
            throw new IllegalStateException("a collective of this group has failed, or it was left");
        }
        unanswered++;
        try {
            Frames.write(commands, new Command(op, offset, count, path));
        } catch (IOException e) {
            // The worker is gone; why, it has said before it went, or the listener says.
            failed = true;
        }
    }

    /** Reads replies until so many are outstanding. */
    private void await(int outstanding) {
        while (unanswered > outstanding) {
            String failure = next();
            unanswered--;
            if (!failure.isEmpty()) {
                failed = true;
                worker.destroy();
                throw new PeerFailedException(failure);
            }
        }
    }

    private String next() {
        try {
            String reply = replies.poll(rendezvous.timeout().toSeconds() + GRACE_SECONDS, TimeUnit.SECONDS);
            return reply != null ? reply : "the collective worker of rank " + rank() + " does not answer";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "rank " + rank() + " was interrupted in a collective";
        }
    }

    private void run(Op op, long count) {
        send(op, 0, count, "");
        await(0);
    }

    private MemorySegment memory(long bytes) {
        SharedMemory now = shared;
        if (now == null || now.memory().byteSize() < bytes) {
            requireNoRanges();
            await(0);
            if (now != null) {
                now.close();
            }
            now = new SharedMemory(Math.max(bytes, 1 << 16));
            shared = now;
            try {
                send(Op.MAP, 0, now.memory().byteSize(), now.file().toString());
                await(0);
            } finally {
                now.unlink();
            }
        }
        return now.memory();
    }

    private void requireNoRanges() {
        if (ranges > 0) {
            throw new IllegalStateException(ranges + " ranges are not finished (expected: 0)");
        }
    }

    @Override
    public void allReduce(double[] values) {
        requireNoRanges();
        MemorySegment memory = memory((long) values.length * Double.BYTES);
        MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_DOUBLE, 0, values.length);
        run(Op.SUM_DOUBLES, values.length);
        MemorySegment.copy(memory, ValueLayout.JAVA_DOUBLE, 0, values, 0, values.length);
    }

    @Override
    public byte[] broadcast(byte[] bytes) {
        double[] length = {rank() == 0 ? bytes.length : 0};
        allReduce(length);
        byte[] all = rank() == 0 ? bytes : new byte[(int) length[0]];
        for (int from = 0; from < all.length; from += CHUNK) {
            int count = Math.min(CHUNK, all.length - from);
            MemorySegment memory = memory(count);
            MemorySegment.copy(all, from, memory, ValueLayout.JAVA_BYTE, 0, count);
            run(Op.BROADCAST_BYTES, count);
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, all, from, count);
        }
        return all;
    }

    @Override
    public void barrier() {
        requireNoRanges();
        run(Op.BARRIER, 0);
    }

    @Override
    public ByteBuffer floats(int count) {
        int bytes = Math.multiplyExact(count, Float.BYTES);
        return memory(bytes).asSlice(0, bytes).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    @Override
    public void start(Range range) {
        if (shared == null) {
            throw new IllegalStateException("no memory to start from (expected: floats() before)");
        }
        send(Op.SUM_FLOATS, (long) range.from() * Float.BYTES, range.count(), "");
        ranges++;
    }

    @Override
    public void finish() {
        if (ranges == 0) {
            throw new IllegalStateException("no range was started");
        }
        await(--ranges);
    }

    /** For tests, which kill it. */
    Process worker() {
        return worker;
    }

    /** Waits, outside of any collective, until the worker says that the group has failed. */
    void heard() {
        unanswered++;
        await(0);
    }

    @Override
    public void leave() {
        barrier();
        send(Op.LEAVE, 0, 0, "");
        failed = true; // nothing comes after it
    }

    @Override
    public void close() {
        try {
            commands.close();
        } catch (IOException e) {
            worker.destroy(); // it is gone already, or as good as
        }
        try {
            if (!worker.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                worker.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            worker.destroyForcibly();
        }
        if (shared != null) {
            shared.close();
        }
    }
}
