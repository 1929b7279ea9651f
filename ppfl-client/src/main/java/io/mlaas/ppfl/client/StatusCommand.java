package io.mlaas.ppfl.client;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a client that runs, or ran, said last. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows as JSON what the client of a state directory did last.")
final class StatusCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it
    private CommandSpec spec;

    @Option(names = "--state", required = true, paramLabel = "DIR", description = "The directory of `join --state`.")
    @SuppressWarnings("NullAway.Init")
    private Path state;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try {
            out.println(Files.readString(state.resolve(ProgressLines.FILE)));
            return 0;
        } catch (NoSuchFileException e) {
            throw ClientException.badInput(
                    "--state: nothing in " + state + " (expected: the directory of a client that has joined)", e);
        }
    }
}
