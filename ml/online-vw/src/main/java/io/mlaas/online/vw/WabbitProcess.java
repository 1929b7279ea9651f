package io.mlaas.online.vw;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The child process that all learners of this JVM share, and its end of the socket. When the native code ends it, every
 * learner in it is lost, and says so; the next one to be opened starts another process.
 */
final class WabbitProcess {
    private static final long SECONDS_TO_START = 30;

    private static @Nullable WabbitProcess shared;

    private final Process process;
    private final Path folder;
    private final SocketChannel channel;
    private final DataInputStream in;
    private final DataOutputStream out;
    private int lastId;

    private WabbitProcess(Process process, SocketChannel channel, Path folder) {
        this.process = process;
        this.folder = folder;
        this.channel = channel;
        in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), 1 << 16));
        out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
    }

    static synchronized WabbitProcess shared() {
        WabbitProcess running = shared;
        if (running == null || !running.alive()) {
            try {
                running = start();
            } catch (IOException failed) {
                throw new UncheckedIOException("Vowpal Wabbit's process could not be started", failed);
            }
            shared = running;
        }
        return running;
    }

    private static WabbitProcess start() throws IOException {
        Path folder = Files.createTempDirectory("wabbit");
        boolean started = false;
        try {
            WabbitProcess process = start(folder);
            started = true;
            return process;
        } finally {
            if (!started) {
                ClassPath.remove(folder);
            }
        }
    }

    private static WabbitProcess start(Path folder) throws IOException {
        Path socket = folder.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Process process = new ProcessBuilder(command(ClassPath.in(folder), socket))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new WabbitProcess(process, accept(server, process), folder);
        }
    }

    private static SocketChannel accept(ServerSocketChannel server, Process process) throws IOException {
        server.configureBlocking(false);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_START);
        while (process.isAlive() && System.nanoTime() < end) {
            SocketChannel accepted = server.accept();
            if (accepted != null) {
                return accepted;
            }
            try {
                process.waitFor(5, TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        process.destroyForcibly();
        throw new IOException("no answer from " + process.info().command().orElse("java"));
    }

    private static List<String> command(String classPath, Path socket) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                WabbitMain.class.getName(),
                socket.toString());
    }

    /** What is asked, and what is read from the answer. */
    interface Asking {
        void write(DataOutputStream out) throws IOException;
    }

    interface Answer<T> {
        T read(DataInputStream in) throws IOException;
    }

    synchronized int newId() {
        return ++lastId;
    }

    /** @throws IllegalStateException if the process has ended, or refuses */
    synchronized <T> T ask(int request, int id, Asking asking, Answer<T> answer) {
        try {
            out.writeByte(request);
            out.writeInt(id);
            asking.write(out);
            out.flush();
            if (in.readByte() == WabbitMain.FAILED) {
                throw new IllegalStateException("Vowpal Wabbit refuses: " + WabbitMain.readText(in));
            }
            return answer.read(in);
        } catch (IOException gone) {
            throw ended(gone);
        }
    }

    private IllegalStateException ended(IOException gone) {
        process.destroyForcibly();
        String code = "";
        try {
            channel.close();
            ClassPath.remove(folder);
            code = process.waitFor(5, TimeUnit.SECONDS) ? " with " + process.exitValue() : "";
        } catch (IOException closing) {
            gone.addSuppressed(closing);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return new IllegalStateException(
                "Vowpal Wabbit's process has ended" + code + "; restore the learner from its last state", gone);
    }

    boolean alive() {
        return process.isAlive() && channel.isOpen();
    }

    /** For tests: ends the process as a fault of the native code would. */
    void end() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
