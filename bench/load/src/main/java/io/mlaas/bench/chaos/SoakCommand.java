package io.mlaas.bench.chaos;

import io.mlaas.bench.RunningStack;
import io.mlaas.bench.chaos.Operation.Kind;
import io.mlaas.bench.chaos.Operation.Outcome;
import io.mlaas.bench.chaos.Workload.Load;
import io.mlaas.stack.process.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description = {
            "A steady load for a long time: registrations, trainings, translations and downloads, and every minute what each",
            "member holds. Ends with 1 if a request failed, a member was started again, or a promise was broken; how memory",
            "and open files grow is printed as a slope per hour (Theil and Sen: the median over all pairs of readings)."
        })
final class SoakCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private ChaosCommand parent;

    @Option(names = "--minutes", defaultValue = "60", description = "how long (${DEFAULT-VALUE})")
    private double minutes;

    @Option(names = "--warm-up", defaultValue = "5", description = "minutes that no slope counts (${DEFAULT-VALUE})")
    private double warmUp;

    @Option(names = "--datasets", defaultValue = "120", description = "registrations per minute (${DEFAULT-VALUE})")
    private int datasets;

    @Option(names = "--models", defaultValue = "4", description = "models, each trained, per minute (${DEFAULT-VALUE})")
    private int models;

    @Option(names = "--translations", defaultValue = "4", description = "per minute (${DEFAULT-VALUE})")
    private int translations;

    @Option(names = "--downloads", defaultValue = "60", description = "per minute (${DEFAULT-VALUE})")
    private int downloads;

    private long failures;

    @Override
    public Integer call() throws Exception {
        int promises = parent.run(16, Ports.free(), List.of(), this::soak);
        if (failures > 0) {
            System.out.printf("NOT STEADY: %d requests failed or members were started again%n", failures);
        }
        return promises == 0 && failures == 0 ? 0 : 1;
    }

    private void soak(RunningStack stack, Workload workload) throws Exception {
        Growth growth = new Growth();
        long begun = System.nanoTime();
        long end = begun + (long) (minutes * 60e9);
        for (int minute = 1; System.nanoTime() < end; minute++) {
            long from = System.nanoTime();
            Map<String, Integer> said = new TreeMap<>(workload.send(new Load(datasets, models, translations)));
            said.forEach((answer, times) -> {
                // a model of this minute may not be trained yet
                if (!answer.startsWith(Outcome.ACCEPTED.name()) && !answer.endsWith("TRANSLATION_NOT_TRAINED_YET")) {
                    failures += times;
                }
            });
            said.put("downloads", download(workload));
            double elapsed = (System.nanoTime() - begun) / 60e9;
            String held = growth.read(stack, elapsed, elapsed >= warmUp);
            System.out.printf(
                    "minute %3d  %4.1f s  %s%n            %s%n", minute, (System.nanoTime() - from) / 1e9, said, held);
            long left = Duration.ofMinutes(1).toMillis() - (System.nanoTime() - from) / 1_000_000;
            if (left > 0) {
                Thread.sleep(left);
            }
        }
        failures += stack.restarts();
        System.out.println(growth);
    }

    /** Of assets that the platform promised to keep, chosen at random; the bytes are compared. */
    private int download(Workload workload) throws IOException, InterruptedException {
        List<Operation> kept = workload.operations().stream()
                .filter(operation -> operation.kind() == Kind.DATASET && operation.outcome() == Outcome.ACCEPTED)
                .toList();
        int good = 0;
        for (int i = 0; i < downloads; i++) {
            Operation operation = kept.get(RandomGenerator.getDefault().nextInt(kept.size()));
            if (Workload.sha256(workload.download(operation)).equals(operation.sha256())) {
                good++;
            } else {
                failures++;
            }
        }
        return good;
    }
}
