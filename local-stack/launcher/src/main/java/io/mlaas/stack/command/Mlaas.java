package io.mlaas.stack.command;

import io.mlaas.stack.process.StackProblem;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code mlaas} command line. */
@Command(
        name = "mlaas",
        mixinStandardHelpOptions = true,
        version = "mlaas 0.1.0-SNAPSHOT",
        description = "Machine learning as a service on one machine: real servers, one command.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExit status:%n",
        footer = {
            "  0  done",
            "  1  failed, or what was compared differs",
            "  2  wrong usage",
            "  3  a prerequisite is missing (mlaas doctor says how to get it)",
            "  4  a port is taken",
            "  5  not running",
            "",
            "mlaas translate FILE translates a model to ONNX, with no server (mlaas translate --help).",
            "mlaas test [MAVEN ARGUMENTS] runs the whole verification.",
            "mlaas audit-dependencies [FOLDER] looks for known vulnerabilities (database in FOLDER)."
        },
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            TokenCommand.class,
            KeysCommand.class,
            VerifyCommand.class,
            ScrubCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            DoctorCommand.class,
            DemoCommand.class,
            HelpCommand.class
        })
public final class Mlaas implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(run(writer(System.out), writer(System.err), args));
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine commandLine = new CommandLine(new Mlaas())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Terminal.coloured() ? Ansi.ON : Ansi.OFF))
                .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, err));
        return commandLine.execute(args);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static int report(Exception failure, PrintWriter err) {
        if (failure instanceof StackProblem problem) {
            err.println(problem.getMessage());
            return problem.kind().exitStatus();
        }
        if (failure instanceof IllegalArgumentException usage) {
            err.println(usage.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        err.println("mlaas: " + failure);
        return CommandLine.ExitCode.SOFTWARE;
    }
}
