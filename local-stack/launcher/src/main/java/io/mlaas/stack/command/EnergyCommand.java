package io.mlaas.stack.command;

import io.mlaas.stack.command.Terminal.Colour;
import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.energy.EnergyStory;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.supervise.Tokens;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "energy",
        mixinStandardHelpOptions = true,
        description = {
            "A simulated grid on the real platform: meters publish days of voltage and current over MQTT, a network learns",
            "generation as they arrive, forecasts 24 hours with 90 % intervals and says why; what it learned helps to learn",
            "consumption from a few days. Draws a report. Fails if a forecast is worse than saying yesterday again."
        })
final class EnergyCommand implements Callable<Integer> {

    @Option(names = "--seed", defaultValue = "1", description = "of clouds and habits (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--block",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "how many seconds of readings a message holds (default: ${DEFAULT-VALUE})")
    private int block;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (block < 10 || 3600 % block != 0) {
            throw new IllegalArgumentException(
                    "--block: %d (expected: a divisor of 3600, at least 10)".formatted(block));
        }
        Home home = Home.find();
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        Steps steps = new Steps(terminal, EnergyStory.STEPS + 1);
        RunningStack stack = steps.step(
                "Start the servers and services", "every one of them answers", () -> RunningStack.up(home, spec));
        URI gateway = stack.gateway();
        Path page = new EnergyStory(
                        new PlatformClient(gateway, new FreshToken(Tokens.ofRunningStack(home), DemoCommand.USER)),
                        steps,
                        stack.member("mqtt").url(),
                        home.root().resolve("demo/energy"),
                        seed,
                        Duration.ofSeconds(block),
                        home.state().resolve("demo/energy"))
                .run(DemoCommand.ACME);
        closing(terminal, gateway, page);
        return 0;
    }

    private static void closing(Terminal terminal, URI gateway, Path page) {
        terminal.line("");
        terminal.line(terminal.in(Colour.BOLD, "Look around"));
        terminal.line("  the report           " + page);
        terminal.line(
                "  the learner          curl -H \"Authorization: Bearer $(./mlaas token %s)\" %s/learners/%s/snapshots"
                        .formatted(DemoCommand.USER, gateway, "energy-generation"));
        terminal.line("Everything is left running; ./mlaas down stops it.");
    }
}
