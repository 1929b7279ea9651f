package io.mlaas.stack.command;

import io.mlaas.stack.command.Terminal.Colour;
import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.federated.FederatedStory;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.supervise.Tokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "federated",
        mixinStandardHelpOptions = true,
        description = {
            "Ten owners of handwritten digits, each in a process of its own, learn one model over mutually authenticated TLS,",
            "with secure aggregation and differential privacy; one of them is killed in the middle and comes back. Shows what",
            "the server saw, what it cost in privacy, and the accuracy beside the same without noise, and beside training on",
            "all the data in one place. Two to four minutes."
        })
final class FederatedCommand implements Callable<Integer> {
    private static final int OWNERS = 10;
    private static final int QUORUM = 7;
    private static final int ROUNDS = 5;
    private static final int TESTS = 360;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "of how the digits are dealt (default: ${DEFAULT-VALUE})")
    private long seed;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Home home = Home.find();
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        Steps steps = new Steps(terminal, FederatedStory.STEPS + FederatedStory.COMPARISONS);
        RunningStack stack = steps.step(
                "Start the servers and services", "every one of them answers", () -> RunningStack.up(home, spec));
        stack.member("ppfl");
        PlatformClient platform =
                new PlatformClient(stack.gateway(), new FreshToken(Tokens.ofRunningStack(home), DemoCommand.USER));
        FederatedStory story = new FederatedStory(
                platform,
                steps,
                home.root().resolve("demo/digits"),
                client(home),
                Path.of(System.getProperty("user.home"), ".djl.ai"),
                home.state().resolve("demo/federated"),
                new FederatedStory.Size(OWNERS, QUORUM, ROUNDS, TESTS, seed));
        FederatedStory.Outcome outcome = story.run();
        story.compare(DemoCommand.ACME, DemoCommand.SCIENTIST, outcome);
        closing(terminal, stack, outcome);
        return 0;
    }

    private static Path client(Home home) {
        Path jar = home.root().resolve("ppfl-client/target/ppfl-client.jar");
        if (!Files.isRegularFile(jar)) {
            throw new StackProblem(
                    StackProblem.Kind.PREREQUISITE_MISSING,
                    "%s: not built (run ./mlaas up, which builds what is missing)".formatted(jar));
        }
        return jar;
    }

    private static void closing(Terminal terminal, RunningStack stack, FederatedStory.Outcome outcome) {
        String request =
                "curl -H \"Authorization: Bearer $(./mlaas token %s)\" %s".formatted(DemoCommand.USER, stack.gateway());
        terminal.line("");
        terminal.line(terminal.in(Colour.BOLD, "Look around"));
        terminal.line("  the federation's page   " + outcome.page());
        terminal.line("  its report              %s/federations/%s/report".formatted(request, outcome.federation()));
        terminal.line("  privacy spent           %s/privacy-budgets".formatted(request));
        terminal.line("  the model's evidence    %s/model/%s/passport".formatted(request, outcome.model()));
        terminal.line("Everything is left running; ./mlaas down stops it.");
    }
}
