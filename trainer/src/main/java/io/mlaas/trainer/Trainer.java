package io.mlaas.trainer;

import io.mlaas.distributed.GlooProcessGroup;
import io.mlaas.distributed.InvalidRendezvousException;
import io.mlaas.distributed.LocalWorkers;
import io.mlaas.distributed.PeerFailedException;
import io.mlaas.distributed.Plan;
import io.mlaas.distributed.ProcessGroup;
import io.mlaas.distributed.Rendezvous;
import io.mlaas.neural.data.InvalidDataException;
import io.mlaas.neural.network.InvalidDescriptionException;
import io.mlaas.neural.training.CheckpointFile;
import io.mlaas.neural.training.TrainingDivergedException;
import io.mlaas.neural.training.Workers;
import io.mlaas.trainer.job.BadInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The built-in training image, {@code mlaas/trainer:1}. Exit codes: 0 trained, 2 bad input (the last line says what),
 * 143 stopped by a signal, 1 anything else.
 */
@Command(
        name = "trainer",
        mixinStandardHelpOptions = true,
        description = "Trains a network described in JSON on a dataset; writes model.pt and metrics.json.",
        footer = {
            "",
            "Hyper-parameters in the environment win over the description: MLAAS_PARAM_EPOCHS, MLAAS_PARAM_SEED, …",
            "MLAAS_PARAM_WORKERS=N trains with N processes; RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT make this one of them.",
            "Exit codes: 0 trained, 2 bad input, 75 another worker is gone, 143 stopped by a signal, 1 anything else."
        })
public final class Trainer implements Callable<Integer> {
    private static final int BAD_INPUT = 2;

    private final Map<String, String> environment;
    /** What any worker may have to say; all else only rank 0 tells. */
    private final EpochLines spoken;

    private EpochLines progress;
    private final AtomicBoolean stopping = new AtomicBoolean();

    @Option(
            names = "--input",
            paramLabel = "DIR",
            defaultValue = "${env:MLAAS_INPUT_DIR}",
            description = "holds dataset/FILE, dataset.json and optionally model/FILE (default: MLAAS_INPUT_DIR)")
    private @Nullable Path input;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "${env:MLAAS_OUTPUT_DIR}",
            description = "where the result is written (default: MLAAS_OUTPUT_DIR)")
    private @Nullable Path output;

    Trainer(Map<String, String> environment, PrintStream out) {
        this.environment = environment;
        this.spoken = new EpochLines(out);
        this.progress = spoken;
    }

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Trainer trainer = new Trainer(System.getenv(), out);
        Thread main = Thread.currentThread();
        if (System.getenv(LocalWorkers.LAUNCHED) != null) {
            Thread.ofPlatform().daemon().name("launcher").start(Trainer::endWithLauncher);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> trainer.stop(main), "stop"));
        int code = new CommandLine(trainer).execute(args);
        // While a signal ends the process, exit would wait for the hook, which waits for this thread.
        if (trainer.stopping.compareAndSet(false, true)) {
            System.exit(code);
        }
    }

    /** A launcher that was killed can stop nobody any more; then its workers' input ends. */
    private static void endWithLauncher() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            System.err.println("the launcher cannot be heard: " + e.getMessage());
        }
        Runtime.getRuntime().halt(LocalWorkers.TRY_AGAIN);
    }

    /** Asks the training to end at its next step, and gives it time to. */
    private void stop(Thread main) {
        if (stopping.compareAndSet(false, true)) {
            try {
                main.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public Integer call() {
        try {
            if (input == null || output == null) {
                throw new BadInputException((input == null ? "input" : "output")
                        + " directory is missing (expected: MLAAS_INPUT_DIR and MLAAS_OUTPUT_DIR, or the options)");
            }
            Optional<Plan> plan = Plan.of(environment, environment.get(Hyperparameters.WORKERS));
            return plan.isPresent() ? launch(plan.get()) : train(input, output);
        } catch (BadInputException
                | InvalidDescriptionException
                | InvalidDataException
                | InvalidRendezvousException
                | TrainingDivergedException e) {
            return failed(String.valueOf(e.getMessage()), BAD_INPUT);
        } catch (PeerFailedException e) {
            return failed(String.valueOf(e.getMessage()), LocalWorkers.TRY_AGAIN);
        } catch (CancellationException e) {
            return failed(String.valueOf(e.getMessage()), 1);
        } catch (IOException e) {
            return failed("reading or writing failed: " + e.getMessage(), 1);
        } catch (OutOfMemoryError e) {
            return failed(
                    "out of memory with a heap of " + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MiB (expected: a smaller dataset or more memory)",
                    1);
        }
    }

    private int train(Path in, Path out) throws IOException {
        Optional<Rendezvous> rendezvous = Rendezvous.of(environment);
        if (rendezvous.isPresent() && rendezvous.get().rank() > 0) {
            progress = EpochLines.silent();
        }
        // The group starts first: its worker loads while the dataset is read.
        try (ProcessGroup group = rendezvous.map(Trainer::join).orElseGet(ProcessGroup::alone)) {
            CheckpointFile checkpoint = checkpoint(out, group.size());
            new TrainingJob(JobInput.in(in), environment, progress)
                    .run(out, new Workers(group, checkpoint), stopping::get);
            if (checkpoint != null && group.rank() == 0) {
                checkpoint.delete();
            }
            return 0;
        }
    }

    private static ProcessGroup join(Rendezvous rendezvous) {
        return GlooProcessGroup.join(rendezvous);
    }

    /** Where a training of several workers, or whoever asks for it, can be taken up again. */
    private @Nullable CheckpointFile checkpoint(Path out, int workers) {
        String directory = environment.get("MLAAS_CHECKPOINT_DIR");
        if (directory == null && workers == 1) {
            return null;
        }
        Path file = (directory == null ? out : Path.of(directory)).resolve(".checkpoint");
        return new CheckpointFile(file, progress::say);
    }

    /** Starts this program once for each worker. */
    private int launch(Plan plan) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Trainer.class.getName()));
        command.addAll(List.of("--input", String.valueOf(input), "--output", String.valueOf(output)));
        LocalWorkers workers = new LocalWorkers(plan, command, restarts(), progress::say);
        try {
            int code = workers.run(stopping::get);
            boolean said = code == 0 || code == BAD_INPUT || code == 1;
            return said || stopping.get() ? code : failed("the workers ended with exit code " + code, code);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while the workers trained");
        }
    }

    private int restarts() {
        String text = environment.getOrDefault(Hyperparameters.RESTARTS, "3");
        if (!text.matches("\\d{1,3}")) {
            throw new BadInputException("restarts: \"" + text + "\" (expected: 0 to 999)");
        }
        return Integer.parseInt(text);
    }

    private int failed(String message, int code) {
        if (code == LocalWorkers.TRY_AGAIN && environment.containsKey(LocalWorkers.LAUNCHED)) {
            System.err.println("rank " + environment.get("RANK") + ": " + message); // the launcher goes on from here
            return code;
        }
        spoken.say("error: " + message);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("error", message);
        spoken.machine(fields);
        return code;
    }
}
