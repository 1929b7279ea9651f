package io.mlaas.stack.command;

import io.mlaas.stack.command.Terminal.Colour;
import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.supervise.StackState;
import io.mlaas.stack.supervise.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "scrub",
        mixinStandardHelpOptions = true,
        description = {
            "Reads every dataset and model of every company and compares it with the chain. Exit status 0 if all are what was",
            "registered, 1 if one is not, or could not be compared."
        })
final class ScrubCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(500);

    @Option(names = "--timeout", defaultValue = "3600", description = "seconds to wait (${DEFAULT-VALUE})")
    private long seconds;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Home home = Home.find();
        RunningStack stack = new RunningStack(StackState.read(home.state())
                .filter(state -> state.supervisor().isPresent())
                .orElseThrow(() ->
                        new StackProblem(StackProblem.Kind.NOT_RUNNING, "nothing is running (mlaas up starts it)")));
        PlatformClient platform =
                new PlatformClient(stack.gateway(), new FreshToken(Tokens.ofRunningStack(home), "admin"));
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        String id = platform.post("/scrub").expect(202).body().path("id").asString();
        long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        while (true) {
            JsonNode run = run(platform, id);
            if (run.has("finished_at")) {
                return report(terminal, run);
            }
            if (System.nanoTime() > deadline) {
                throw new StackProblem(
                        StackProblem.Kind.FAILED,
                        "not done after %d s; it goes on by itself (GET /scrub): %s".formatted(seconds, run));
            }
            Thread.sleep(POLL);
        }
    }

    private static JsonNode run(PlatformClient platform, String id) throws IOException, InterruptedException {
        for (JsonNode run : platform.get("/scrub?limit=50").expect(200).body().path("runs")) {
            if (run.path("id").asString().equals(id)) {
                return run;
            }
        }
        throw new StackProblem(StackProblem.Kind.FAILED, "run %s (expected: one that is listed)".formatted(id));
    }

    private static int report(Terminal terminal, JsonNode run) {
        long tampered = run.path("tampered").asLong();
        long notOnChain = run.path("not_on_chain").asLong();
        long unchecked = run.path("unchecked").asLong();
        terminal.timed("%d assets, %d bytes: %d tampered with, %d not on the chain, %d not compared"
                .formatted(run.path("assets").asLong(), run.path("bytes").asLong(), tampered, notOnChain, unchecked));
        for (JsonNode finding : run.path("findings")) {
            terminal.line("  %s %s of %s: %s"
                    .formatted(
                            finding.path("outcome").asString(),
                            finding.path("asset_id").asString(),
                            finding.path("organization_id").asString(),
                            finding.path("reason").asString()));
        }
        boolean good = tampered + notOnChain + unchecked == 0;
        terminal.line(
                good
                        ? terminal.in(Colour.GREEN, "GOOD") + ": every asset is what the chain says"
                        : terminal.in(Colour.RED, "NOT GOOD"));
        return good ? 0 : 1;
    }
}
