package io.mlaas.stack.command;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.supervise.StackState;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "The main job on real servers: registers a dataset and a model, trains it, checks it on the chain,",
            "translates it to ONNX, and shows that a changed byte is refused. Starts what is not running."
        })
final class DemoCommand implements Callable<Integer> {

    private static final int STEPS = 1;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Home home = Home.find();
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        Steps steps = new Steps(terminal, STEPS);
        steps.step("Start the servers and services", "every one of them answers", () -> up(home));
        terminal.line("");
        terminal.line("left running: mlaas status shows it, mlaas down stops it");
        return 0;
    }

    private StackState up(Home home) {
        int status = new CommandLine(new UpCommand())
                .setOut(spec.commandLine().getOut())
                .setErr(spec.commandLine().getErr())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    throw failure;
                })
                .execute("--detach");
        if (status != 0) {
            throw new IllegalStateException("the stack did not start (mlaas doctor may know why)");
        }
        return StackState.read(home.state()).orElseThrow();
    }
}
