package io.mlaas.stack.command;

import io.mlaas.stack.command.Terminal.Colour;
import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.energy.DriftStory;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.supervise.Tokens;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "drift",
        mixinStandardHelpOptions = true,
        description = {
            "A monitor watches a learner that forecasts for a fleet of simulated meters. First all is normal; then three",
            "meters fail, and the monitor must name them and leave the learner alone; then all households need more, and it",
            "must have the learner trained again, once. Fails if any of that was not so. One to three minutes."
        })
final class DriftCommand implements Callable<Integer> {

    @Option(names = "--seed", defaultValue = "1", description = "of habits (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--devices",
            paramLabel = "COUNT",
            defaultValue = "50",
            description = "how many meters, 20 to 500 (default: ${DEFAULT-VALUE})")
    private int devices;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (devices < 20 || devices > 500) {
            throw new IllegalArgumentException("--devices: %d (expected: 20 to 500)".formatted(devices));
        }
        Home home = Home.find();
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        Steps steps = new Steps(terminal, DriftStory.STEPS + 1);
        RunningStack stack = steps.step(
                "Start the servers and services", "every one of them answers", () -> RunningStack.up(home, spec));
        URI gateway = stack.gateway();
        stack.member("monitoring");
        Path reports = new DriftStory(
                        new PlatformClient(gateway, new FreshToken(Tokens.ofRunningStack(home), DemoCommand.USER)),
                        steps,
                        home.root().resolve("demo/energy"),
                        DriftStory.Size.of(devices),
                        seed,
                        home.state().resolve("demo/drift"))
                .run(DemoCommand.ACME);
        closing(terminal, gateway, reports);
        return 0;
    }

    private static void closing(Terminal terminal, URI gateway, Path reports) {
        terminal.line("");
        terminal.line(terminal.in(Colour.BOLD, "Look around"));
        terminal.line("  the day of the failed meters   " + reports.resolve("meters-fail.html"));
        terminal.line("  the day of the heat pumps      " + reports.resolve("load-changed.html"));
        terminal.line("  the day after the retraining   " + reports.resolve("learned.html"));
        terminal.line(
                "  the monitor                    curl -H \"Authorization: Bearer $(./mlaas token %s)\" %s/monitors"
                        .formatted(DemoCommand.USER, gateway));
        terminal.line("Everything is left running; ./mlaas down stops it.");
    }
}
