package io.mlaas.translation.onnx;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * A translation as it is answered.
 *
 * @param modelId the translation's own id in the registry
 * @param sha256 of its bytes
 * @param status of the translation in the registry; {@code TRAINED} once the chain has its digest
 * @param created false if an earlier translation is answered
 */
record Translation(
        UUID modelId,
        UUID sourceModelId,
        String format,
        String fileName,
        String sha256,
        long sizeBytes,
        String status,
        boolean created,

        @Schema(type = "object", description = "What was compared, and how close it was")
        JsonNode certificate) {
    static final String ONNX = "onnx";

    boolean isVerified() {
        return status.equals("TRAINED");
    }
}
