package io.mlaas.ppfl.client;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program of a data owner who takes part in a federation. */
@Command(
        name = "ppfl-client",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Takes part in a federation: trains on data that stays here, and sends what the model learned.",
        subcommands = {JoinCommand.class, StatusCommand.class},
        footer = {
            "",
            "Exit codes: 0 the federation has ended well; 1 it has failed or was cancelled; 2 wrong options or data;",
            "3 the server does not let this client in."
        })
public final class Client {
    private Client() {}

    /** @param arguments see {@code --help} */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new Client())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Client::explain)
                .execute(arguments);
    }

    private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        if (failure instanceof ClientException expected) {
            command.getErr().println("ppfl-client: " + expected.getMessage());
            return expected.exitCode();
        }
        throw failure;
    }
}
