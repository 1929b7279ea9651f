package io.mlaas.ppfl.reports;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of {@code /nv/}, for the API document. */
record NvForm(
        @Schema(example = "1") int epochs,
        @Schema(example = "16") int batchSize,
        @Schema(example = "3") int numClients,
        @Schema(example = "10") int numRounds,
        @Nullable Double learningRate,
        @Nullable String bucketName,
        @Nullable String domainName,

        @Schema(accessMode = Schema.AccessMode.WRITE_ONLY) @Nullable
        String accessKey,

        @Schema(accessMode = Schema.AccessMode.WRITE_ONLY) @Nullable
        String secretKey,

        @Schema(defaultValue = "best_model.pth") @Nullable String objectName,
        @Nullable String netName,
        @Nullable Long seed,

        @Schema(description = "a network description") @Nullable
        Map<String, Object> network) {}
