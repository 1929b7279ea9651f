package io.mlaas.stack.command;

import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.Jvm;
import io.mlaas.stack.process.Launch;
import io.mlaas.stack.supervise.StackState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A supervisor in the background, watched until the stack answers. */
final class DetachedStart {

    private static final long POLL_MILLIS = 100;

    private final Home home;
    private final Terminal terminal;
    private final Path log;
    private long shown;

    DetachedStart(Home home, Terminal terminal) {
        this.home = home;
        this.terminal = terminal;
        this.log = home.state().resolve("logs").resolve("supervisor.log");
    }

    int run(List<String> arguments) throws IOException, InterruptedException {
        Files.createDirectories(log.getParent());
        Files.deleteIfExists(log);
        Files.createFile(log);
        List<String> command = Jvm.command(
                96,
                "-Dmlaas.home=" + home.root(),
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("java.class.path"),
                Mlaas.class.getName());
        command.addAll(arguments);
        Map<String, String> environment = new java.util.HashMap<>();
        for (String name : List.of("MLAAS_STATE", "MLAAS_CACHE", "MLAAS_ANVIL", "MLAAS_PROMETHEUS")) {
            Optional.ofNullable(System.getenv(name)).ifPresent(value -> environment.put(name, value));
        }
        Child supervisor = Child.start(new Launch(command, environment, home.root(), log, null));
        return follow(supervisor.pid());
    }

    /** Shows what the supervisor {@code pid} reports until it has succeeded or failed. */
    int follow(long pid) throws InterruptedException {
        while (true) {
            Optional<Child> supervisor = Child.find(pid);
            show();
            Optional<StackState> state = StackState.read(home.state()).filter(written -> written.pid() == pid);
            if (state.isPresent() && state.get().phase() == StackState.Phase.RUNNING) {
                show();
                terminal.line("left running; mlaas status shows it, mlaas down stops it");
                return 0;
            }
            if (supervisor.isEmpty()) {
                show();
                return state.map(StackState::exitStatus)
                        .filter(status -> status != 0)
                        .orElse(1);
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private void show() {
        try {
            byte[] all = Files.readAllBytes(log);
            int from = (int) Math.min(shown, all.length);
            int to = lastLineEnd(all, from);
            if (to > from) {
                new String(all, from, to - from, StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.startsWith("^C"))
                        .forEach(terminal::line);
                shown = to;
            }
        } catch (IOException notYet) {
            return;
        }
    }

    private static int lastLineEnd(byte[] bytes, int from) {
        for (int i = bytes.length; i > from; i--) {
            if (bytes[i - 1] == '\n') {
                return i;
            }
        }
        return from;
    }
}
