package io.mlaas.ppfl.reports;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The fields of {@code /fp/}, for the API document. */
record FpForm(
        @Schema(
                example = "digits-mlp",
                description = "digits-cnn, digits-mlp or digits-softmax; any name beside network")
        String netName,

        @Schema(example = "1") int numRounds,
        @Schema(example = "10") int numTeachers,
        @Schema(example = "20") int teacherEpochs,
        @Schema(example = "20") int studentEpochs,
        @Schema(example = "16") int batchSize,
        @Schema(defaultValue = "0.001") @Nullable Double learningRate,

        @Schema(
                defaultValue = "laplacian",
                allowableValues = {"laplacian", "gaussian"})
        @Nullable
        String noise,

        @Schema(description = "laplacian noise has scale 1/epsilon", example = "0.05") @Nullable
        Double epsilon,

        @Schema(description = "standard deviation of gaussian noise") @Nullable
        Double sigma,

        @Schema(example = "100") int numQueries,

        @Schema(description = "how many of the queries are answered, each with noise; fewer than num_queries") @Nullable
        Integer noiseData,

        @Nullable String bucketName,
        @Nullable String domainName,

        @Schema(accessMode = Schema.AccessMode.WRITE_ONLY) @Nullable
        String accessKey,

        @Schema(accessMode = Schema.AccessMode.WRITE_ONLY) @Nullable
        String secretKey,

        @Schema(defaultValue = "best_student_model_test.pth") @Nullable
        String objectName,

        @Schema(description = "absent: the built-in digits") @Nullable
        UUID datasetId,

        @Schema(defaultValue = "1e-5") @Nullable Double delta,
        @Schema(defaultValue = "false") @Nullable Boolean acceptWeakPrivacy,
        @Nullable Long seed,

        @Schema(description = "a network description") @Nullable
        Map<String, Object> network) {}
