package io.mlaas.training.agent;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the agent is told, by its environment. The credential is in a file, which may be replaced while the agent runs.
 *
 * @param result where an archive of several output files is made
 * @param patience how long a registry that does not answer is asked again
 * @param compareOnly whether the result is told and not registered
 * @param terminationLog where Kubernetes looks for a container's last words
 */
record Settings(
        URI registry,
        Path credentialFile,
        UUID jobId,
        UUID modelId,
        Path input,
        Path output,
        Path result,
        List<Dataset> datasets,
        @Nullable Definition definition,
        Duration patience,
        boolean compareOnly,
        Path terminationLog) {
    private static final JsonMapper JSON = JsonMapper.shared();

    record Dataset(UUID id, String fileName, String sha256) {}

    record Definition(String fileName, String sha256) {}

    /** @throws Refusal naming the variable, its value and what was expected */
    static Settings of(Map<String, String> environment) throws Refusal {
        Variables variables = new Variables(environment);
        return new Settings(
                variables.required("MLAAS_REGISTRY_URL", "a URL", URI::create),
                variables.required("MLAAS_CREDENTIAL_FILE", "a file", Path::of),
                variables.required("MLAAS_JOB_ID", "a UUID", UUID::fromString),
                variables.required("MLAAS_MODEL_ID", "a UUID", UUID::fromString),
                variables.required("MLAAS_INPUT_DIR", "a directory", Path::of),
                variables.required("MLAAS_OUTPUT_DIR", "a directory", Path::of),
                variables.optional(
                        "MLAAS_WORK_DIR", System.getProperty("java.io.tmpdir") + "/work", "a directory", Path::of),
                variables.optional(
                        "MLAAS_DATASETS",
                        "[]",
                        "an array of {id, fileName, sha256}",
                        text -> JSON.readValue(text, new TypeReference<List<Dataset>>() {})),
                variables.definition(),
                variables.optional("MLAAS_PATIENCE", "PT10M", "a duration such as PT10M", Duration::parse),
                variables.optional("MLAAS_COMPARE_ONLY", "false", "true or false", Settings::truth),
                variables.optional("MLAAS_TERMINATION_LOG", "/dev/termination-log", "a file", Path::of));
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    /** The job's credential, as it is now. */
    String token() throws IOException {
        return Files.readString(credentialFile).strip();
    }

    private record Variables(Map<String, String> environment) {

        <T> T required(String name, String expected, Function<String, T> parse) throws Refusal {
            String value = environment.get(name);
            if (value == null || value.isBlank()) {
                throw new Refusal(name + ": missing (expected: " + expected + ")");
            }
            return parse(name, value, expected, parse);
        }

        <T> T optional(String name, String otherwise, String expected, Function<String, T> parse) throws Refusal {
            String value = environment.get(name);
            return parse(name, value == null || value.isBlank() ? otherwise : value, expected, parse);
        }

        @Nullable
        Definition definition() throws Refusal {
            String value = environment.get("MLAAS_DEFINITION");
            return value == null || value.isBlank()
                    ? null
                    : parse(
                            "MLAAS_DEFINITION",
                            value,
                            "{fileName, sha256}",
                            text -> JSON.readValue(text, Definition.class));
        }

        private static <T> T parse(String name, String value, String expected, Function<String, T> parse)
                throws Refusal {
            try {
                return parse.apply(value);
            } catch (IllegalArgumentException | JacksonException | DateTimeParseException e) {
                throw new Refusal(name + ": " + value + " (expected: " + expected + ")", e);
            }
        }
    }
}
