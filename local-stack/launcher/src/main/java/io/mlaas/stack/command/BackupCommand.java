package io.mlaas.stack.command;

import io.mlaas.stack.backup.Backup;
import io.mlaas.stack.process.Home;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = {
            "Writes all that the stack has stored into one file, as it was at one moment: databases, events, objects, chain",
            "and keys. The stack may run: it stands still for the seconds that the copy takes, and goes on. The file opens",
            "everything: keep it like a password."
        })
final class BackupCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "a new file (default: mlaas-backup-TIME.tar.gz in this folder)")
    private @Nullable Path file;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        Path to = file == null ? Path.of("mlaas-backup-" + Backup.name(Instant.now()) + ".tar.gz") : file;
        Backup.Made made = Backup.make(Home.find(), to.toAbsolutePath(), terminal::timed);
        terminal.timed("%s: %.1f MB; %d processes stood still for %s"
                .formatted(to, made.size() / 1e6, made.processes(), Terminal.seconds(made.stoodStill())));
        return 0;
    }
}
