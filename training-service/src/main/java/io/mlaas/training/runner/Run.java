package io.mlaas.training.runner;

import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.training.workspace.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * One execution of a job's program.
 *
 * @param number 1 for the first, 2 when it had to be run again
 * @param order what is trained on what, as the registry told it
 * @param timeout how long it may run
 * @param conditions what is different from any other run
 * @param compareOnly whether its result is compared with the registered one, and not registered
 */
public record Run(
        UUID jobId,
        int number,
        TrainingRequested order,
        Workspace workspace,
        Duration timeout,
        Conditions conditions,
        boolean compareOnly) {
    public static final String JOB_ID = "MLAAS_JOB_ID";

    private static final Pattern NOT_IN_A_NAME = Pattern.compile("[^A-Z0-9_]");

    public Run {
        if (number < 1) {
            throw new IllegalArgumentException("number: " + number + " (expected: >= 1)");
        }
    }

    /** One like any other. */
    public Run(UUID jobId, int number, TrainingRequested order, Workspace workspace, Duration timeout) {
        this(jobId, number, order, workspace, timeout, Conditions.NONE, false);
    }

    /** Where what is seen of it is written down, if its conditions say so. */
    public Path observations() {
        return workspace.control().resolve("observed-" + number);
    }

    public UUID modelId() {
        return order.modelId();
    }

    /** The reference under which the model was registered. */
    public String image() {
        return order.trainImage();
    }

    /**
     * The variables that a program gets, wherever it runs.
     *
     * @param input where the program sees {@link Workspace#input()}
     * @param output where it sees {@link Workspace#output()}
     * @throws IllegalArgumentException if two parameters become the same variable, or a value cannot be one
     */
    public Map<String, String> variables(String input, String output) {
        Map<String, String> variables = parameters();
        variables.put(JOB_ID, jobId.toString());
        variables.put("MLAAS_MODEL_ID", modelId().toString());
        variables.put("MLAAS_INPUT_DIR", input);
        variables.put("MLAAS_OUTPUT_DIR", output);
        return variables;
    }

    /** Those of them that the data scientist chose. */
    public Map<String, String> parameters() {
        Map<String, String> variables = new TreeMap<>();
        order.params().forEach((name, value) -> {
            String variable = "MLAAS_PARAM_" + variable(name);
            if (value.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("params." + name + ": holds a NUL character (expected: text)");
            }
            if (variables.put(variable, value) != null) {
                throw new IllegalArgumentException("params." + name + ": becomes " + variable
                        + ", as another one does (expected: distinct names)");
            }
        });
        return variables;
    }

    /** A name as an environment variable has it. */
    public static String variable(String name) {
        return NOT_IN_A_NAME.matcher(name.toUpperCase(Locale.ROOT)).replaceAll("_");
    }
}
