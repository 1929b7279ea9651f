package io.mlaas.stack.command;

import io.mlaas.stack.backup.Backup;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.supervise.Settings;
import io.mlaas.stack.supervise.StackState;
import io.mlaas.stack.supervise.Supervisor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Starts every server and service and keeps them running; ^C stops them.",
            "Doing it twice is harmless. What was stored is kept under .mlaas/."
        })
final class UpCommand implements Callable<Integer> {

    @Option(
            names = {"-d", "--detach"},
            description = "return when everything answers, and leave it running (mlaas down stops it)")
    private boolean detach;

    @Option(
            names = "--port",
            paramLabel = "NAME=PORT",
            description = "another port than the usual one; 0 = any free one (repeatable)")
    private @Nullable Map<String, Integer> ports;

    @Option(
            names = "--without",
            paramLabel = "NAME",
            split = ",",
            description = "leave out a server or service (repeatable)")
    private @Nullable List<String> without;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "lines port.NAME = PORT, without = NAME,… and set.SERVICE.NAME = VALUE (the options win)")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "SERVICE.NAME=VALUE",
            description = "an environment variable of a service, as docs/configuration.md lists them (repeatable)")
    private @Nullable Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Home home = Home.find();
        Settings settings = settings();
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        Optional<StackState> running = running(home);
        if (running.isPresent()) {
            return alreadyRunning(home, running.get(), terminal);
        }
        if (Backup.cutOff(home)) {
            throw new StackProblem(
                    StackProblem.Kind.FAILED, "a restore was cut off in the middle (do it again: mlaas restore)");
        }
        Prerequisites.requireRoomOnDisk(home);
        Prerequisites.requireFreePorts(home, settings);
        return detach ? new DetachedStart(home, terminal).run(arguments()) : supervise(home, settings, terminal);
    }

    private static Optional<StackState> running(Home home) {
        return StackState.read(home.state())
                .filter(state ->
                        state.phase() == StackState.Phase.STARTING || state.phase() == StackState.Phase.RUNNING)
                .filter(state -> state.supervisor().isPresent());
    }

    private int alreadyRunning(Home home, StackState state, Terminal terminal) throws InterruptedException {
        if (state.phase() == StackState.Phase.STARTING) {
            terminal.line("already starting (pid %d); waiting for it".formatted(state.pid()));
            return new DetachedStart(home, terminal).follow(state.pid());
        }
        terminal.line("already running (supervisor pid %d): %s".formatted(state.pid(), entrance(state)));
        return 0;
    }

    private int supervise(Home home, Settings settings, Terminal terminal) throws IOException, InterruptedException {
        Optional<Supervisor> taken = Supervisor.tryTake(home, settings, new PrintedProgress(terminal));
        if (taken.isEmpty()) {
            throw new StackProblem(
                    StackProblem.Kind.FAILED,
                    "another mlaas is starting or stopping the stack in %s; try again in a moment"
                            .formatted(home.root()));
        }
        try (Supervisor supervisor = taken.get()) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(supervisor), "stop-stack"));
            supervisor.start();
            StackState.read(home.state()).ifPresent(state -> terminal.line(entrance(state)));
            terminal.line("^C or mlaas down stops it");
            supervisor.watch();
        }
        return 0;
    }

    private static void stop(Supervisor supervisor) {
        supervisor.requestStop();
        try {
            supervisor.awaitStopped(Duration.ofSeconds(90));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String entrance(StackState state) {
        return state.member("gateway")
                .map(gateway -> "the gateway listens on http://localhost:%d"
                        .formatted(gateway.ports().get("http")))
                .orElse("the gateway was left out");
    }

    private Settings settings() throws IOException {
        Settings file = config == null ? Settings.defaults() : Settings.read(config);
        return file.overriddenBy(new Settings(
                ports == null ? Map.of() : ports,
                without == null ? new LinkedHashSet<>() : new LinkedHashSet<>(without),
                environment == null ? Map.of() : environment));
    }

    /** The same request for the process that stays. */
    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("up"));
        if (config != null) {
            arguments.addAll(List.of("--config", config.toAbsolutePath().toString()));
        }
        if (ports != null) {
            ports.forEach((name, port) -> arguments.addAll(List.of("--port", name + "=" + port)));
        }
        if (without != null) {
            without.forEach(name -> arguments.addAll(List.of("--without", name)));
        }
        if (environment != null) {
            environment.forEach((name, value) -> arguments.addAll(List.of("--set", name + "=" + value)));
        }
        return arguments;
    }
}
