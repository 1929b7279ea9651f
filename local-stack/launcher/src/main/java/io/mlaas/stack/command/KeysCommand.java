package io.mlaas.stack.command;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.supervise.Keys;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Shows and replaces keys of the running stack: the companies' keys on the chain, and the master keys that",
            "seal secrets in the databases. Nothing has to be stopped; no key is ever printed."
        },
        subcommands = {
            KeysCommand.ListAccounts.class,
            KeysCommand.Rotate.class,
            KeysCommand.Status.class,
            KeysCommand.RotateMaster.class,
            HelpCommand.class
        })
final class KeysCommand implements Runnable {
    private static final Duration POLL = Duration.ofMillis(500);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static PrintWriter out(CommandSpec spec) {
        return spec.commandLine().getOut();
    }

    private static JsonNode await(Duration patience, String what, Supplier<JsonNode> look, Predicate<JsonNode> done) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            JsonNode now = look.get();
            if (done.test(now)) {
                return now;
            }
            if (System.nanoTime() > deadline) {
                throw new StackProblem(
                        StackProblem.Kind.FAILED,
                        "%s is not done after %d s; it goes on by itself (mlaas keys status): %s"
                                .formatted(what, patience.toSeconds(), now));
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StackProblem(StackProblem.Kind.FAILED, "interrupted; it goes on by itself", e);
            }
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "The accounts on the chain, their organizations and states.")
    static final class ListAccounts implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Override
        public Integer call() {
            out(spec).printf("%-42s  %-36s  %-9s  %s%n", "ACCOUNT", "ORGANIZATION", "STATE", "SINCE");
            for (JsonNode account : new Keys(Home.find()).accounts()) {
                out(spec)
                        .printf(
                                "%-42s  %-36s  %-9s  %s%n",
                                account.path("address").asString(),
                                account.path("organization_id").asString(),
                                account.path("state").asString(),
                                account.path("created_at").asString());
            }
            return 0;
        }
    }

    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            description = {
                "Replaces an organization's key on the chain: a new account is authorised and takes over, the old one is",
                "revoked as soon as all that it signed is on the chain. Waits for the end. What the old account",
                "registered stays valid. The platform's own id replaces the registrar's key."
            })
    static final class Rotate implements Callable<Integer> {
        @Parameters(paramLabel = "ORGANIZATION", description = "its id (mlaas keys list shows them)")
        @SuppressWarnings("NullAway.Init")
        private UUID organization;

        @Option(names = "--timeout", defaultValue = "120", description = "seconds to wait (${DEFAULT-VALUE})")
        private int seconds;

        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Override
        public Integer call() {
            Keys keys = new Keys(Home.find());
            JsonNode begun = keys.rotate(organization);
            String id = begun.path("id").asString();
            out(spec)
                    .printf(
                            "%s takes over from %s%n",
                            begun.path("new_address").asString(),
                            begun.path("old_address").asString());
            String[] shown = {""};
            await(
                    Duration.ofSeconds(seconds),
                    "the rotation",
                    () -> rotation(keys.accountsOf(organization), id),
                    rotation -> {
                        String step = rotation.path("step").asString();
                        if (!step.equals(shown[0])) {
                            shown[0] = step;
                            out(spec).println(step.toLowerCase(java.util.Locale.ROOT) + problem(rotation));
                        }
                        return step.equals("DONE");
                    });
            return 0;
        }

        private static String problem(JsonNode rotation) {
            String problem = rotation.path("problem").asString("");
            return problem.isEmpty() ? "" : ": " + problem;
        }

        private static JsonNode rotation(JsonNode keys, String id) {
            for (JsonNode rotation : keys.path("rotations")) {
                if (rotation.path("id").asString().equals(id)) {
                    return rotation;
                }
            }
            throw new StackProblem(
                    StackProblem.Kind.FAILED, "rotation: %s (expected: one that is listed)".formatted(id));
        }
    }

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description = "Which master key, named by its fingerprint, seals how many secrets of which service.")
    static final class Status implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Override
        public Integer call() {
            Keys keys = new Keys(Home.find());
            Keys.MASTER_KEYS.keySet().stream().sorted().forEach(service -> print(service, keys.masterStatus(service)));
            return 0;
        }

        private void print(String service, JsonNode status) {
            out(spec)
                    .printf(
                            "%s: %d secrets under earlier keys%n",
                            service, status.path("left").asLong());
            for (JsonNode key : status.path("keys")) {
                out(spec)
                        .printf(
                                "  %s  %s  %s%n",
                                key.path("id").asString(),
                                key.path("current").asBoolean() ? "seals  " : "opens  ",
                                key.path("rows"));
            }
        }
    }

    @Command(
            name = "rotate-master",
            mixinStandardHelpOptions = true,
            description = {
                "Replaces a service's master key: the new one seals from now on, what earlier ones sealed is sealed anew",
                "in the background, and when nothing is left under them they are removed. Killed in between, run it again."
            })
    static final class RotateMaster implements Callable<Integer> {
        @Parameters(paramLabel = "SERVICE", description = "blockchain or model-sharing")
        @SuppressWarnings("NullAway.Init")
        private String service;

        @Option(names = "--timeout", defaultValue = "300", description = "seconds to wait (${DEFAULT-VALUE})")
        private int seconds;

        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (!Set.copyOf(Keys.MASTER_KEYS.keySet()).contains(service)) {
                throw new IllegalArgumentException(
                        "SERVICE: %s (expected: blockchain or model-sharing)".formatted(service));
            }
            Keys keys = new Keys(Home.find());
            String before = keys.masterStatus(service).path("current").asString();
            keys.addMasterKey(service);
            JsonNode done = await(
                    Duration.ofSeconds(seconds),
                    "the change of the master key",
                    () -> keys.masterStatus(service),
                    status -> !status.path("current").asString().equals(before)
                            && status.path("left").asLong() == 0);
            int dropped = keys.dropOlderMasterKeys(service);
            out(spec)
                    .printf(
                            "%s: %s seals in place of %s; %d earlier key(s) removed%n",
                            service, done.path("current").asString(), before, dropped);
            return 0;
        }
    }
}
