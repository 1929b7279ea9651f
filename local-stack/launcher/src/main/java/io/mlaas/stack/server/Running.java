package io.mlaas.stack.server;

import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Launch;
import io.mlaas.stack.process.Ports;
import io.mlaas.stack.process.StackProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A started server. */
public final class Running implements AutoCloseable {

    private static final Duration FIRST_POLL = Duration.ofMillis(20);
    private static final Duration LONGEST_POLL = Duration.ofMillis(300);
    private static final int CAUSE_WITHIN = 20;

    private final Server server;
    private final Child child;
    private final String fingerprint;
    private final boolean adopted;

    private Running(Server server, Child child, String fingerprint, boolean adopted) {
        this.server = server;
        this.child = child;
        this.fingerprint = fingerprint;
        this.adopted = adopted;
    }

    /** Starts it, or goes on with an orphan of its own; returns when it answers. */
    public static Running start(Server server) {
        return start(server, begun -> {});
    }

    /** The same; {@code begun} is told of the process before it answers. */
    public static Running start(Server server, Consumer<Running> begun) {
        try {
            Optional<Child> orphan = server.orphan();
            Launch launch = server.prepare();
            if (orphan.isPresent()) {
                return new Running(server, orphan.get(), launch.fingerprint(), true);
            }
            return start(server, launch, begun);
        } catch (IOException e) {
            throw new StackProblem(StackProblem.Kind.FAILED, "%s: %s".formatted(server.name(), e.getMessage()), e);
        }
    }

    private static Running start(Server server, Launch launch, Consumer<Running> begun) throws IOException {
        for (Map.Entry<String, Integer> port : server.ports().entrySet()) {
            if (!Ports.isFree(port.getValue())) {
                throw taken(server.name(), port.getKey(), port.getValue());
            }
        }
        long logged = Files.exists(launch.log()) ? Files.size(launch.log()) : 0;
        Running running = new Running(server, Child.start(launch), launch.fingerprint(), false);
        begun.accept(running);
        running.awaitAnswer(launch.readyMark(), logged);
        return running;
    }

    /** Goes on with a process that somebody else started. */
    public static Running adopt(Server server, Child child, String fingerprint) {
        return new Running(server, child, fingerprint, true);
    }

    public Server server() {
        return server;
    }

    public Child child() {
        return child;
    }

    public long pid() {
        return child.pid();
    }

    public String fingerprint() {
        return fingerprint;
    }

    public boolean adopted() {
        return adopted;
    }

    /** Asks it to stop and, when it does not, makes it. */
    public void stop() {
        if (!child.isAlive()) {
            return;
        }
        server.askToStop(child);
        if (!child.awaitExit(server.graceToStop())) {
            child.kill();
            child.awaitExit(Duration.ofSeconds(5));
        }
    }

    /** Stops it when this Java process ends. */
    public Running stopAtExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop-" + server.name()));
        return this;
    }

    @Override
    public void close() {
        stop();
    }

    private void awaitAnswer(@Nullable String mark, long logged) throws IOException {
        long deadline = System.nanoTime() + server.patience().toNanos();
        boolean marked = mark == null;
        Duration poll = FIRST_POLL;
        while (true) {
            marked = marked || said(mark, logged);
            if (marked && server.answers()) {
                return;
            }
            if (!child.isAlive()) {
                throw new StackProblem(
                        StackProblem.Kind.FAILED,
                        "%s: ended while starting: %s (log: %s)"
                                .formatted(server.name(), lastLine(server.log()), server.log()));
            }
            if (System.nanoTime() > deadline) {
                stop();
                throw new StackProblem(
                        StackProblem.Kind.FAILED,
                        "%s: no answer within %d s (log: %s)"
                                .formatted(server.name(), server.patience().toSeconds(), server.log()));
            }
            pause(poll);
            poll = poll.multipliedBy(2).compareTo(LONGEST_POLL) < 0 ? poll.multipliedBy(2) : LONGEST_POLL;
        }
    }

    private boolean said(@Nullable String mark, long logged) throws IOException {
        if (mark == null) {
            return true;
        }
        try (InputStream in = Files.newInputStream(server.log())) {
            in.skipNBytes(logged);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).contains(mark);
        }
    }

    private void pause(Duration poll) {
        try {
            Thread.sleep(poll);
        } catch (InterruptedException e) {
            stop();
            Thread.currentThread().interrupt();
            throw new StackProblem(StackProblem.Kind.FAILED, server.name() + ": interrupted while starting", e);
        }
    }

    private static StackProblem taken(String server, String purpose, int port) {
        return new StackProblem(
                StackProblem.Kind.PORT_TAKEN,
                "%s: port %d (%s) is taken%s; end that process or choose another port (mlaas up --port %s=…)"
                        .formatted(server, port, purpose, Ports.owner(port), server));
    }

    /** The line that says most: the innermost cause, else the last one that is not a frame of a stack trace. */
    private static String lastLine(Path log) throws IOException {
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("at ") && !line.startsWith("... "))
                .toList();
        if (lines.isEmpty()) {
            return "(nothing logged)";
        }
        String cause = "Caused by: ";
        return lines.subList(Math.max(0, lines.size() - CAUSE_WITHIN), lines.size()).reversed().stream()
                .filter(line -> line.startsWith(cause))
                .findFirst()
                .map(line -> line.substring(cause.length()))
                .orElse(lines.getLast());
    }
}
