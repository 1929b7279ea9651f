package io.mlaas.stack.supervise;

import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Launch;
import io.mlaas.stack.server.Running;
import io.mlaas.stack.server.Server;
import io.mlaas.stack.supervise.StackState.Condition;
import io.mlaas.stack.supervise.StackState.MemberState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One server or service under supervision, and what became of it. */
final class Member {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration SETTLED = Duration.ofMinutes(1);

    private final Server server;
    private Condition condition = Condition.WAITING;
    private @Nullable Running running;
    private @Nullable String problem;
    private int restarts;
    private long startMillis;
    private Instant answeredSince = Instant.EPOCH;
    private Duration pause = FIRST_PAUSE;

    Member(Server server) {
        this.server = server;
    }

    Server server() {
        return server;
    }

    String name() {
        return server.name();
    }

    synchronized @Nullable Running running() {
        return running;
    }

    synchronized Condition condition() {
        return condition;
    }

    synchronized void become(Condition next, @Nullable String why) {
        condition = next;
        problem = why;
    }

    /**
     * Starts it, or goes on with the process of an earlier supervisor if that is still the same program
     * with the same settings and answers; another process of ours is stopped first.
     *
     * @param begun called when there is a process, before it answers
     */
    Running start(Optional<MemberState> before, Runnable begun) throws IOException {
        become(Condition.STARTING, null);
        long from = System.nanoTime();
        LogFiles.rotate(server.log(), LogFiles.LARGEST);
        Running started = adopt(before);
        if (started == null) {
            started = Running.start(server, process -> {
                synchronized (this) {
                    running = process;
                }
                begun.run();
            });
        }
        synchronized (this) {
            running = started;
            startMillis = (System.nanoTime() - from) / 1_000_000;
            answeredSince = Instant.now();
            condition = Condition.RUNNING;
            problem = null;
            return started;
        }
    }

    private @Nullable Running adopt(Optional<MemberState> before) throws IOException {
        Optional<Child> left = before.flatMap(MemberState::process);
        if (left.isEmpty()) {
            return null;
        }
        Child child = left.get();
        Launch launch = server.prepare();
        String fingerprint = launch.fingerprint();
        boolean same =
                before.filter(state -> state.fingerprint().equals(fingerprint)).isPresent();
        if (same && server.answers()) {
            return Running.adopt(server, child, fingerprint);
        }
        Running.adopt(server, child, fingerprint).stop();
        return null;
    }

    /** It ended by itself: how long to wait before it is started again. */
    synchronized Duration ended() {
        if (Duration.between(answeredSince, Instant.now()).compareTo(SETTLED) > 0) {
            pause = FIRST_PAUSE;
        }
        Duration now = pause;
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        restarts++;
        return now;
    }

    void stop() {
        Running now = running();
        if (now != null) {
            now.stop();
        }
        become(Condition.STOPPED, null);
    }

    synchronized MemberState state() {
        Running now = running;
        return new MemberState(
                server.name(),
                condition,
                now == null ? 0 : now.pid(),
                now == null ? Instant.EPOCH : now.child().started(),
                now == null ? "" : now.fingerprint(),
                server.version(),
                server.ports(),
                server.url(),
                server.log().toString(),
                restarts,
                startMillis,
                problem);
    }
}
