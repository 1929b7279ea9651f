package io.mlaas.api.sharing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The facts of the run that made a model's result, as the training service saw or was told them. What is not known is absent:
 * a cluster does not tell the machine, and a program need not tell its libraries.
 *
 * @param run which run of the job's program it was, 1 for the first
 * @param runner {@code process}, {@code container} or {@code kubernetes}
 * @param definition the file in the registration's {@code model} part, if there was one
 * @param parameters initial conditions, as they were given to the program
 * @param environment the variables that the platform set, but for the parameters and for what is different in every run
 *     (directories, the job's id)
 * @param seeds by name: parameters whose name speaks of a seed, and what the program declared as {@code seeds} in its metrics
 * @param threads that a numeric library of the program may use
 * @param libraries with their versions, as the program declared them in {@code versions} of its metrics
 * @param metrics what the program measured
 * @param observed what an observer saw the program do, if one looked
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainingRecord(
        UUID jobId,
        UUID modelId,
        UUID organizationId,
        int run,
        String runner,
        Image image,
        List<Dataset> datasets,
        @Nullable Definition definition,
        Map<String, String> parameters,
        Map<String, String> environment,
        Map<String, String> seeds,
        @Nullable Integer threads,
        @Nullable Platform platform,
        Map<String, String> libraries,
        @Nullable Logs logs,
        Result result,
        @Nullable Map<String, Object> metrics,
        Instant startedAt,
        Instant finishedAt,
        @Nullable Map<String, Object> observed) {

    /** @param sha256 of its content, as it is on the chain */
    public record Image(String reference, String sha256) {}

    public record Dataset(UUID id, String fileName, String sha256) {}

    public record Definition(String fileName, @Nullable String sha256) {}

    /**
     * The machine.
     *
     * @param cpuFlags the instruction sets that can change how numbers are rounded, not all that a processor has
     * @param cores that the program could use
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Platform(
            String os,
            @Nullable String kernel,
            String architecture,
            @Nullable String cpuModel,
            List<String> cpuFlags,
            @Nullable Integer cores) {}

    /** The job's whole log at the moment when its result was registered. */
    public record Logs(String sha256, long sizeBytes) {}

    public record Result(String fileName, long sizeBytes, String sha256) {}
}
