package io.mlaas.stack.command;

import io.mlaas.stack.backup.Backup;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.supervise.Leftovers;
import io.mlaas.stack.supervise.StackState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Puts what mlaas backup wrote in the place of what is stored. Nothing may run (mlaas down). Afterwards mlaas up",
            "starts it, and mlaas scrub compares every asset with the chain."
        })
final class RestoreCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "what mlaas backup wrote")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = "--replace", description = "also where data is stored already; that is kept aside")
    private boolean replace;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("FILE: %s (expected: what mlaas backup wrote)".formatted(file));
        }
        Home home = Home.find();
        boolean runs =
                StackState.read(home.state()).flatMap(StackState::supervisor).isPresent() || Leftovers.anyAlive(home);
        if (runs) {
            throw new StackProblem(StackProblem.Kind.FAILED, "the stack runs (mlaas down stops it)");
        }
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        Optional<Path> aside = Backup.restore(home, file, replace, terminal::timed);
        aside.ifPresent(kept -> terminal.timed("what was stored is kept in %s".formatted(kept)));
        terminal.timed("restored; mlaas up starts it, mlaas scrub compares every asset with the chain");
        return 0;
    }
}
