package io.mlaas.stack.command;

import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.supervise.Leftovers;
import io.mlaas.stack.supervise.StackState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Stops everything that mlaas up started. What was stored is kept.")
final class DownCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        Home home = Home.find();
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        Optional<StackState> state = StackState.read(home.state());
        Optional<Child> supervisor = state.flatMap(StackState::supervisor);
        boolean wasRunning = supervisor.isPresent();
        if (wasRunning) {
            terminal.timed(
                    "stopping (supervisor pid %d)".formatted(supervisor.get().pid()));
            supervisor.get().terminate();
            if (!supervisor.get().awaitExit(Duration.ofSeconds(100))) {
                supervisor.get().kill();
            }
        }
        List<String> leftovers =
                Leftovers.stop(home, name -> terminal.timed("%-14s stopping (orphan)".formatted(name)));
        if (!wasRunning && leftovers.isEmpty()) {
            terminal.line("nothing is running");
            return 0;
        }
        terminal.timed("stopped; what was stored is kept in " + home.state());
        if (state.isPresent() && Leftovers.anyAlive(home)) {
            throw new StackProblem(StackProblem.Kind.FAILED, "some processes do not stop: see mlaas status");
        }
        return 0;
    }
}
