package io.mlaas.api.sharing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What came of training a model again.
 *
 * @param organizationId of the company that asked
 * @param ownerId the company that owns the model
 * @param requestedBy subject of the user who asked
 * @param summary of the outcome, for people
 * @param expected SHA-256 of the registered result
 * @param runner that carried the runs out
 * @param runs in the order in which they were made, without the experiments of a diagnosis
 * @param tolerance that was declared beforehand, if any
 * @param difference between the registered result and the first run that made another one
 * @param metrics that both runs told, of the registered one and of the run with the largest deviation
 * @param causes why results differ, or what the program read beside its declared inputs
 * @param limits what this verdict could not look at, for people
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReproductionVerdict(
        UUID reproductionId,
        UUID modelId,
        UUID organizationId,
        UUID ownerId,
        String requestedBy,
        Outcome outcome,
        String summary,
        String expected,
        String imageSha256,
        @Nullable String runner,
        List<Run> runs,
        @Nullable ReproductionTolerance tolerance,
        @Nullable Difference difference,
        List<Metric> metrics,
        List<Cause> causes,
        List<String> limits,
        Instant startedAt,
        Instant finishedAt) {

    public enum Outcome {
        /** Every run made the registered bytes, from the declared inputs alone. */
        REPRODUCED,
        /** Other bytes, but within the tolerance that was declared beforehand. */
        REPRODUCED_WITHIN_TOLERANCE,
        NOT_REPRODUCED,
        /** The program read what nobody declared; whether its bytes are the registered ones, {@link #runs} tells. */
        UNDECLARED_INPUT,
        /** No verdict about the model: the runs could not be made. */
        FAILED
    }

    /** @param sha256 of what it wrote; absent if it failed, as {@code reason} says then */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Run(
            int number,
            boolean equal,
            @Nullable String sha256,
            @Nullable Long sizeBytes,
            @Nullable String reason) {}

    /**
     * The first place at which two results differ: within a tensor where both can be read as tensors, else within a file.
     *
     * @param format {@code torchscript}, {@code onnx}, {@code safetensors}, {@code npz}, or {@code bytes}
     * @param file within the archive, where the result is one
     * @param tensor its name
     * @param index of the first element that differs
     * @param offset of the first byte that differs, where no tensor was found to differ
     * @param expected the registered element or byte
     * @param found the same of the run
     * @param largestAbsolute the largest difference of any element of any tensor; absent if one of them is no number
     * @param largestRelative the same, relative to the registered value
     * @param differingElements of how many elements of all tensors
     * @param detail where it is no element that differs: a tensor that is missing, another shape, another type
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Difference(
            String format,
            @Nullable String file,
            @Nullable String tensor,
            @Nullable List<Long> shape,
            @Nullable List<Long> index,
            @Nullable Long offset,
            @Nullable String expected,
            @Nullable String found,
            @Nullable Double largestAbsolute,
            @Nullable Double largestRelative,
            @Nullable Long differingElements,
            @Nullable Long elements,
            @Nullable String detail) {}

    /** @param tolerance that was declared for it; without one, no difference is allowed */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Metric(
            String name,
            double registered,
            double reproduced,
            @Nullable Double tolerance,
            boolean within) {}

    public enum CauseKind {
        CLOCK,
        ENTROPY,
        HASH_ORDER,
        THREADS,
        FILE,
        NETWORK,
        UNEXPLAINED
    }

    /** @param detail which file, which address, and how it was found, for people */
    public record Cause(CauseKind kind, String detail) {}
}
