package io.mlaas.distributed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Runs a program as several workers on this machine, as torchrun does: each gets its rank in the environment; when one
 * fails the others are stopped and, a bounded number of times, all are started again, to go on from their checkpoint.
 */
public final class LocalWorkers {
    /** What a worker ends with when another rank is gone: started again it may succeed. */
    public static final int TRY_AGAIN = 75;

    /** Set for each worker: its standard input ends when the launcher does. */
    public static final String LAUNCHED = "MLAAS_LAUNCHED";

    private static final Duration STOP = Duration.ofSeconds(10);
    private static final int KILLED = 137;
    private static final int TERMINATED = 143;

    private final Plan plan;
    private final List<String> command;
    private final int restarts;
    private final Consumer<String> told;

    /**
     * @param command of every worker
     * @param restarts most times that all are started again; on several nodes, whoever runs the nodes starts again
     * @param told hears what happens
     */
    public LocalWorkers(Plan plan, List<String> command, int restarts, Consumer<String> told) {
        this.plan = plan;
        this.command = List.copyOf(command);
        this.restarts = plan.nodes() > 1 ? 0 : restarts;
        this.told = told;
    }

    /**
     * Runs the workers to their end.
     *
     * @param stopping asked several times a second; true has the workers stopped by SIGTERM
     * @return 0 when all ended with it; else what the first that failed ended with
     */
    public int run(BooleanSupplier stopping) throws IOException, InterruptedException {
        for (int attempt = 0; ; attempt++) {
            int code = attempt(attempt, stopping);
            boolean another = code == TRY_AGAIN || code >= 128; // a signal: killed, or out of memory
            if (!another || attempt == restarts || stopping.getAsBoolean()) {
                return code;
            }
            told.accept("all workers start again from the last checkpoint (" + (attempt + 1) + " of " + restarts + ")");
        }
    }

    private int attempt(int attempt, BooleanSupplier stopping) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("mlaas-workers-");
        List<Process> workers = new ArrayList<>();
        try {
            for (int local = 0; local < plan.workers(); local++) {
                workers.add(start(local, attempt, directory.resolve("rendezvous")));
            }
            return await(workers, stopping);
        } finally {
            stop(workers);
            Files.deleteIfExists(directory.resolve("rendezvous"));
            Files.deleteIfExists(directory);
        }
    }

    private Process start(int local, int attempt, Path rendezvous) throws IOException {
        int rank = plan.node() * plan.workers() + local;
        ProcessBuilder program = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = program.environment();
        environment.put(LAUNCHED, "true");
        environment.put(Rendezvous.RANK, Integer.toString(rank));
        environment.put(Rendezvous.WORLD_SIZE, Integer.toString(plan.worldSize()));
        environment.put("LOCAL_RANK", Integer.toString(local));
        environment.put("LOCAL_WORLD_SIZE", Integer.toString(plan.workers()));
        environment.put("MLAAS_ATTEMPT", Integer.toString(attempt));
        environment.putAll(plan.environment());
        if (plan.nodes() == 1) {
            environment.put(Rendezvous.FILE, rendezvous.toString());
        }
        Process process = program.start();
        told.accept("rank " + rank + " of " + plan.worldSize() + " is process " + process.pid());
        return process;
    }

    private int await(List<Process> workers, BooleanSupplier stopping) throws InterruptedException {
        while (workers.stream().anyMatch(Process::isAlive)) {
            if (stopping.getAsBoolean()) {
                stop(workers);
            } else if (workers.stream().anyMatch(worker -> !worker.isAlive() && worker.exitValue() != 0)) {
                letNotice(workers);
                stop(workers);
            }
            CompletableFuture<?>[] ends = workers.stream()
                    .filter(Process::isAlive)
                    .map(Process::onExit)
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.anyOf(ends)
                    .completeOnTimeout(workers.getFirst(), 100, TimeUnit.MILLISECONDS)
                    .join();
        }
        return outcome(workers);
    }

    /** The others find out that one is gone, and by themselves say why they end. */
    private static void letNotice(List<Process> workers) throws InterruptedException {
        long deadline = System.nanoTime() + STOP.toNanos();
        for (Process worker : workers) {
            worker.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    /** The code of the worker that ended the training: the others end with {@link #TRY_AGAIN} because of it. */
    private int outcome(List<Process> workers) {
        int ending = 0;
        for (int local = 0; local < workers.size(); local++) {
            int code = workers.get(local).exitValue();
            if (code != 0) {
                told.accept("rank " + (plan.node() * plan.workers() + local) + " ended with exit code " + code
                        + (code == KILLED ? " (killed)" : ""));
            }
            ending = weight(code) > weight(ending) ? code : ending;
        }
        return ending;
    }

    private static int weight(int code) {
        return switch (code) {
            case 0 -> 0;
            case TERMINATED -> 1;
            case TRY_AGAIN -> 2;
            default -> code >= 128 ? 3 : 4;
        };
    }

    private static void stop(List<Process> workers) throws InterruptedException {
        workers.forEach(worker -> worker.toHandle().destroy()); // SIGTERM, and its input stays open
        long deadline = System.nanoTime() + STOP.toNanos();
        for (Process worker : workers) {
            if (!worker.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                worker.destroyForcibly().waitFor();
            }
        }
    }
}
