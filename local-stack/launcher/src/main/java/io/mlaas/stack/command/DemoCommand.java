package io.mlaas.stack.command;

import io.mlaas.stack.command.Terminal.Colour;
import io.mlaas.stack.demo.EvidenceStory;
import io.mlaas.stack.demo.MainJob;
import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.demo.Scenario;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.supervise.ChainAddress;
import io.mlaas.stack.supervise.Tokens;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "The main job on real servers: registers a dataset and a model, trains it, checks it on the chain,",
            "translates it to ONNX, and shows that a changed byte is refused; trains it again from what was recorded,",
            "publishes its passport and checks it as an outsider. Starts what is not running.",
            "Ports that are taken: mlaas up --detach --port gateway=9080 first; the demo goes on with what runs.",
            "",
            "mlaas demo energy forecasts a grid's power instead: meters publish over MQTT, a learner learns as they do,",
            "says how sure it is and why, and helps another one to learn consumption from a few days.",
            "",
            "mlaas demo drift watches a learner of a fleet: meters that fail are named, a change of load has it trained again.",
            "",
            "mlaas demo federated has ten data owners learn one model; none of them shows a picture to anybody."
        },
        subcommands = {EnergyCommand.class, DriftCommand.class, FederatedCommand.class})
final class DemoCommand implements Callable<Integer> {
    static final String USER = "acme-scientist";
    static final UUID ACME = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");
    static final UUID SCIENTIST = UUID.fromString("dd8fca81-a999-40f5-81f0-68627e303a27");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Home home = Home.find();
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        Steps steps = new Steps(terminal, MainJob.STEPS + EvidenceStory.STEPS + 1);
        RunningStack stack = steps.step(
                "Start the servers and services", "every one of them answers", () -> RunningStack.up(home, spec));
        URI gateway = stack.gateway();
        ChainAddress chain = ChainAddress.read(home)
                .orElseThrow(() -> new StackProblem(
                        StackProblem.Kind.NOT_RUNNING, "blockchain-service has not told where the chain is"));
        String registry = chain.registry();
        if (registry == null) {
            throw new StackProblem(
                    StackProblem.Kind.NOT_RUNNING, "the running stack is of an earlier release (mlaas down ends it)");
        }
        Path work = Files.createDirectories(home.state().resolve("demo"));
        PlatformClient platform = new PlatformClient(gateway, new FreshToken(Tokens.ofRunningStack(home), USER));
        Scenario scenario = new Scenario(platform, home.root().resolve("demo/digits"));
        MainJob.Outcome outcome = new MainJob(
                        scenario,
                        steps,
                        home.state().resolve("data/s3"),
                        URI.create(chain.rpcUrl()),
                        chain.directory(),
                        work)
                .run(ACME, SCIENTIST);
        EvidenceStory.Outcome evidence = new EvidenceStory(platform, steps, URI.create(chain.rpcUrl()), registry, work)
                .run(outcome.model(), work.resolve("model.pt"));
        closing(terminal, gateway, work, outcome, evidence);
        return 0;
    }

    private static void closing(
            Terminal terminal, URI gateway, Path work, MainJob.Outcome outcome, EvidenceStory.Outcome evidence) {
        Path here = Path.of("").toAbsolutePath();
        Path shown = work.startsWith(here) ? here.relativize(work) : work;
        terminal.line("");
        terminal.line(terminal.in(Colour.BOLD, "Look around"));
        terminal.line("  what runs            " + gateway);
        terminal.line("  every request        " + gateway + "/docs");
        terminal.line("  the training's log   curl -H \"Authorization: Bearer $(./mlaas token %s)\" %s/train/%s/logs"
                .formatted(USER, gateway, outcome.model()));
        terminal.line("  the evidence         ./mlaas verify %s --asset %s"
                .formatted(shown.resolve("model.pt"), outcome.model()));
        terminal.line("  its passport         " + evidence.passport());
        terminal.line("  servers, logs        ./mlaas status    ./mlaas logs model-sharing -f");
        terminal.line("Everything is left running; ./mlaas down stops it.");
    }
}
