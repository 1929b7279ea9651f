package io.mlaas.stack.command;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.supervise.Tokens;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = {
            "Prints an access token for a user of the local realm, valid for 30 minutes.",
            "Users: acme-scientist, acme-operator, globex-scientist, admin."
        })
final class TokenCommand implements Callable<Integer> {

    @Parameters(paramLabel = "USER")
    @SuppressWarnings("NullAway.Init")
    private String user;

    @Option(names = "--password", description = "if it is not the user's name", interactive = true, arity = "0..1")
    private @Nullable String password;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        String token = Tokens.ofRunningStack(Home.find()).forUser(user, password == null ? user : password);
        spec.commandLine().getOut().println(token);
        return 0;
    }
}
