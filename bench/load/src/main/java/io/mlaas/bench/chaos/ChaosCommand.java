package io.mlaas.bench.chaos;

import io.mlaas.bench.RunningStack;
import io.mlaas.bench.chaos.Workload.Load;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Each scenario starts a stack of its own, hurts it under load, lets it settle, and counts. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        subcommands = {
            ChaosCommand.Kill.class,
            ChaosCommand.Store.class,
            ChaosCommand.Disk.class,
            ChaosCommand.Clock.class,
            SoakCommand.class
        },
        description = {
            "Hurts a stack of its own under load, and afterwards counts what is there against what users were told.",
            "Ends with 1 if a promise was broken."
        })
public final class ChaosCommand {

    @Option(names = "--state", required = true, description = "a folder for the stack's data; must be empty or missing")
    private Path state = Path.of("");

    /** How much is sent per round. */
    static final class LoadOptions {
        @Option(names = "--datasets", defaultValue = "970", description = "registrations per round (${DEFAULT-VALUE})")
        private int datasets;

        @Option(
                names = "--models",
                defaultValue = "10",
                description = "models, each trained, per round (${DEFAULT-VALUE})")
        private int models;

        @Option(names = "--translations", defaultValue = "20", description = "per round (${DEFAULT-VALUE})")
        private int translations;

        @Option(names = "--concurrency", defaultValue = "1000", description = "requests at once (${DEFAULT-VALUE})")
        private int concurrency;

        Load load() {
            return new Load(datasets, models, translations);
        }
    }

    /** What a scenario does once its stack runs and is prepared. */
    interface Scenario {
        void run(RunningStack stack, Workload workload) throws Exception;
    }

    private int run(LoadOptions options, int s3, List<String> settings, Scenario scenario) throws Exception {
        return run(options.concurrency, s3, settings, scenario);
    }

    int run(int concurrency, int s3, List<String> settings, Scenario scenario) throws Exception {
        Home home = Home.find();
        System.setProperty("mlaas.state", state.toAbsolutePath().toString());
        Files.createDirectories(state);
        try (OwnStack own = new OwnStack(home.root(), state.toAbsolutePath())) {
            RunningStack stack = own.start(s3, settings);
            Path demo = home.root().resolve("demo/digits");
            Workload workload =
                    new Workload(stack, demo.resolve("digits.csv"), demo.resolve("network.json"), concurrency);
            workload.prepare();
            scenario.run(stack, workload);
            OwnStack.awaitHealth(stack);
            return new Reckoning(stack, workload, System.out).print() == 0 ? 0 : 1;
        }
    }

    private static void print(String what, long begun, Map<String, Integer> said) {
        System.out.printf("%-44s %5.0f s  %s%n", what, (System.nanoTime() - begun) / 1e9, said);
    }

    private interface Injury {
        void inflict() throws Exception;
    }

    /** Sends, and hurts meanwhile. */
    private static Map<String, Integer> send(Workload workload, Load load, Injury injury) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> injured = threads.submit(() -> {
                injury.inflict();
                return null;
            });
            Map<String, Integer> said = workload.send(load);
            injured.get();
            return said;
        }
    }

    @Command(
            name = "kill",
            mixinStandardHelpOptions = true,
            description = "kill -9 of each service and server in turn, and of others at random, while requests run")
    static final class Kill implements Callable<Integer> {
        @ParentCommand
        @SuppressWarnings("NullAway.Init")
        private ChaosCommand parent;

        @Mixin
        private final LoadOptions options = new LoadOptions();

        @Option(names = "--rounds", defaultValue = "20", description = "how often (${DEFAULT-VALUE})")
        private int rounds;

        @Option(names = "--only", split = ",", description = "kill only these members, in turn")
        private List<String> only = List.of();

        @Override
        public Integer call() throws Exception {
            return parent.run(options, Ports.free(), List.of(), (stack, workload) -> {
                List<String> members = only.isEmpty() ? stack.members() : only;
                for (int round = 0; round < rounds; round++) {
                    String inTurn = members.get(round % members.size());
                    String atRandom = members.get(RandomGenerator.getDefault().nextInt(members.size()));
                    long begun = System.nanoTime();
                    List<String> killed = new ArrayList<>();
                    Map<String, Integer> said = send(workload, options.load(), () -> {
                        pause(500, 2_000);
                        kill(stack, inTurn, killed);
                        pause(500, 5_000);
                        kill(stack, atRandom, killed);
                    });
                    OwnStack.awaitHealth(stack);
                    print("round %2d  killed %s".formatted(round + 1, killed), begun, said);
                }
            });
        }

        private static void kill(RunningStack stack, String member, List<String> killed) {
            killed.add(stack.kill(member) ? member : member + " (was down)");
        }
    }

    @Command(
            name = "store",
            mixinStandardHelpOptions = true,
            description = "an object store that takes 5 s for every call, then one that fails every 7th call")
    static final class Store implements Callable<Integer> {
        @ParentCommand
        @SuppressWarnings("NullAway.Init")
        private ChaosCommand parent;

        @Mixin
        private final LoadOptions options = new LoadOptions();

        @Override
        public Integer call() throws Exception {
            int s3 = Ports.free();
            int proxy = Ports.free();
            List<String> settings = List.of("model-sharing.MLAAS_SHARING_S3_ENDPOINT=http://127.0.0.1:" + proxy);
            try (FaultyStore store = new FaultyStore(proxy, URI.create("http://127.0.0.1:" + s3))) {
                return parent.run(options, s3, settings, (stack, workload) -> {
                    phase(store, new FaultyStore.Fault(Duration.ofSeconds(5), 0), "every call takes 5 s", workload);
                    phase(store, new FaultyStore.Fault(Duration.ZERO, 7), "every 7th call fails", workload);
                    phase(store, FaultyStore.Fault.NONE, "afterwards", workload);
                });
            }
        }

        private void phase(FaultyStore store, FaultyStore.Fault fault, String what, Workload workload)
                throws Exception {
            store.become(fault);
            long begun = System.nanoTime();
            print(what, begun, workload.send(options.load()));
            store.become(FaultyStore.Fault.NONE);
            System.out.println(store.counts());
        }
    }

    @Command(
            name = "disk",
            mixinStandardHelpOptions = true,
            description = {
                "a disk that is full for a while: the data of every server is on a file system of its own (tmpfs, which",
                "needs root) that is filled to the last byte under load and emptied again"
            })
    static final class Disk implements Callable<Integer> {
        @ParentCommand
        @SuppressWarnings("NullAway.Init")
        private ChaosCommand parent;

        @Mixin
        private final LoadOptions options = new LoadOptions();

        @Option(names = "--megabytes", defaultValue = "2500", description = "size of the disk (${DEFAULT-VALUE})")
        private int megabytes;

        @Option(names = "--seconds", defaultValue = "20", description = "how long it is full (${DEFAULT-VALUE})")
        private int seconds;

        @Override
        public Integer call() throws Exception {
            Path data = Files.createDirectories(parent.state.resolve("data")).toAbsolutePath();
            command("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m,mode=700", "tmpfs", data.toString());
            try {
                return parent.run(options, Ports.free(), List.of(), (stack, workload) -> {
                    long begun = System.nanoTime();
                    Map<String, Integer> said = send(workload, options.load(), () -> {
                        pause(1_000, 1_001);
                        Path filler = data.resolve("filler");
                        fill(filler);
                        Thread.sleep(Duration.ofSeconds(seconds));
                        Files.delete(filler);
                    });
                    OwnStack.awaitHealth(stack);
                    print("disk full for %d s".formatted(seconds), begun, said);
                    begun = System.nanoTime();
                    print("afterwards", begun, workload.send(options.load()));
                });
            } finally {
                command("umount", data.toString());
            }
        }

        private static void fill(Path filler) throws IOException {
            byte[] block = new byte[1 << 16];
            try (var out = Files.newOutputStream(filler)) {
                while (true) {
                    out.write(block);
                }
            } catch (IOException full) {
                System.out.println(
                        "disk       " + full.getMessage() + ", filler " + (Files.size(filler) >> 20) + " MB");
            }
        }

        private static void command(String... command) throws IOException, InterruptedException {
            int status = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (status != 0) {
                throw new IOException(String.join(" ", command) + ": exit " + status + " (expected: 0; it needs root)");
            }
        }
    }

    @Command(
            name = "clock",
            mixinStandardHelpOptions = true,
            description = {
                "clocks that are wrong: model-sharing 40 s behind and blockchain 40 s ahead, then an hour's jump in each",
                "service and back (bench/chaos/skew.c, which a C compiler makes first)"
            })
    static final class Clock implements Callable<Integer> {
        private static final List<String> SERVICES = List.of("model-sharing", "blockchain", "training", "translation");

        @ParentCommand
        @SuppressWarnings("NullAway.Init")
        private ChaosCommand parent;

        @Mixin
        private final LoadOptions options = new LoadOptions();

        @Option(names = "--compiler", defaultValue = "cc", description = "a C compiler (${DEFAULT-VALUE})")
        private String compiler = "";

        @Override
        public Integer call() throws Exception {
            try (SkewedClocks clocks = SkewedClocks.prepare(parent.state.toAbsolutePath(), compiler, SERVICES)) {
                return parent.run(options, Ports.free(), clocks.settings(), (stack, workload) -> {
                    long begun = System.nanoTime();
                    clocks.set("model-sharing", -40);
                    clocks.set("blockchain", 40);
                    print("model-sharing -40 s, blockchain +40 s", begun, workload.send(options.load()));
                    for (String service : SERVICES) {
                        for (int jump : new int[] {3600, -3600}) {
                            long from = System.nanoTime();
                            Map<String, Integer> said = send(workload, options.load(), () -> {
                                pause(300, 301);
                                clocks.set(service, jump);
                                Thread.sleep(Duration.ofSeconds(10));
                                clocks.set(service, 0);
                            });
                            print("%s jumps by %d s and back".formatted(service, jump), from, said);
                        }
                    }
                    clocks.right();
                    print("afterwards", System.nanoTime(), workload.send(options.load()));
                });
            }
        }
    }

    private static void pause(int fromMillis, int toMillis) throws InterruptedException {
        Thread.sleep(RandomGenerator.getDefault().nextInt(fromMillis, toMillis));
    }
}
