package io.mlaas.ppfl.reports;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The fields of {@code /tff/}, for the API document. */
record TffForm(
        @Schema(
                description = "0: labels are spread evenly, 1: each client has one only; Imb_parameter is taken too",
                example = "0.5",
                minimum = "0",
                maximum = "1")
        @Nullable
        Double imbParameter,

        @Schema(description = "noise on the sum of clipped updates, in clipping norms; 0: none", example = "0")
        @Nullable
        Double dpParameter,

        @Schema(example = "20") @Nullable Integer nClients,

        @Schema(description = "the same as n_clients") @Nullable
        Integer numClients,

        @Schema(description = "rows of a client", example = "100") @Nullable
        Integer nSamples,

        @Schema(description = "the column that is predicted, or the label that is skewed", example = "3") @Nullable
        String targetLabel,

        @Schema(example = "1") @Nullable Integer epochs,
        @Schema(example = "32") @Nullable Integer batchSize,
        @Schema(defaultValue = "20") @Nullable Integer numRounds,
        @Nullable Double learningRate,

        @Schema(description = "the host of the storage; domain_name is taken too") @Nullable
        String minioRepo,

        @Nullable String domainName,
        @Nullable String bucketName,

        @Schema(accessMode = Schema.AccessMode.WRITE_ONLY) @Nullable
        String accessKey,

        @Schema(accessMode = Schema.AccessMode.WRITE_ONLY) @Nullable
        String secretKey,

        @Schema(defaultValue = "tfmodel") @Nullable String objectName,
        @Nullable String netName,

        @Schema(description = "absent: the built-in digits") @Nullable
        UUID datasetId,

        @Schema(defaultValue = "1e-5") @Nullable Double delta,
        @Schema(defaultValue = "false") @Nullable Boolean acceptWeakPrivacy,
        @Nullable Long seed,

        @Schema(description = "a network description") @Nullable
        Map<String, Object> network) {}
