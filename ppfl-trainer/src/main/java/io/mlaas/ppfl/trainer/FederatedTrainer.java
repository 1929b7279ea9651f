package io.mlaas.ppfl.trainer;

import io.mlaas.federated.pate.NothingAnsweredException;
import io.mlaas.federated.plan.InvalidPlanException;
import io.mlaas.neural.training.TrainingDivergedException;
import io.mlaas.trainer.job.BadInputException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The built-in image of simulated federations, {@code mlaas/federated:1}. Exit codes: 0 trained, 2 bad input (the last
 * line says what), 143 stopped by a signal, 1 anything else.
 */
@Command(
        name = "federated",
        mixinStandardHelpOptions = true,
        description = "Runs the simulated federation that a plan describes; writes model.pt and metrics.json.",
        footer = {"", "Exit codes: 0 trained, 2 bad input, 143 stopped by a signal, 1 anything else."})
public final class FederatedTrainer implements Callable<Integer> {
    private static final int BAD_INPUT = 2;
    private static final String CHECKPOINTS = "MLAAS_CHECKPOINT_DIR";
    private static final String PARAMETER = "MLAAS_PARAM_";

    private final Map<String, String> environment;
    private final RoundLines progress;
    private final AtomicBoolean stopping = new AtomicBoolean();

    @Option(
            names = "--input",
            paramLabel = "DIR",
            defaultValue = "${env:MLAAS_INPUT_DIR}",
            description = "holds model/FILE, the plan, and dataset/FILE if not the digits (default: MLAAS_INPUT_DIR)")
    private @Nullable Path input;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "${env:MLAAS_OUTPUT_DIR}",
            description = "where the result is written (default: MLAAS_OUTPUT_DIR)")
    private @Nullable Path output;

    FederatedTrainer(Map<String, String> environment, PrintStream out) {
        this.environment = environment;
        this.progress = new RoundLines(out);
    }

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        FederatedTrainer trainer = new FederatedTrainer(System.getenv(), out);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> trainer.stop(main), "stop"));
        int code = new CommandLine(trainer).execute(args);
        // While a signal ends the process, exit would wait for the hook, which waits for this thread.
        if (trainer.stopping.compareAndSet(false, true)) {
            System.exit(code);
        }
    }

    /** Asks the training to end at its next step, and gives it time to. */
    private void stop(Thread main) {
        if (stopping.compareAndSet(false, true)) {
            try {
                main.join(8_000);
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
            environment.keySet().stream()
                    .filter(name -> name.startsWith(PARAMETER))
                    .sorted()
                    .forEach(name -> progress.say(
                            "parameter " + name.substring(PARAMETER.length()) + " has no effect: the plan says all"));
            String kept = environment.get(CHECKPOINTS);
            Path checkpoints = kept == null
                    ? output.resolve(".checkpoints")
                    : Path.of(kept).resolve("federated");
            new FederatedJob(JobInput.in(input), progress, stopping::get).run(output, checkpoints);
            return 0;
        } catch (InvalidPlanException e) {
            return failed("plan: " + e.getMessage(), BAD_INPUT);
        } catch (BadInputException
                | NothingAnsweredException
                | TrainingDivergedException
                | IllegalArgumentException e) {
            return failed(String.valueOf(e.getMessage()), BAD_INPUT);
        } catch (CancellationException e) {
            return failed(String.valueOf(e.getMessage()), 1);
        } catch (IOException | UncheckedIOException e) {
            return failed("reading or writing failed: " + e.getMessage(), 1);
        } catch (OutOfMemoryError e) {
            return failed(
                    "out of memory with a heap of " + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MiB (expected: a smaller dataset or more memory)",
                    1);
        }
    }

    private int failed(String message, int code) {
        progress.say("error: " + message);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("error", message);
        progress.machine(fields);
        return code;
    }
}
