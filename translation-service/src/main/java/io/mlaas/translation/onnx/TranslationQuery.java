package io.mlaas.translation.onnx;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.multipart.MultipartFile;

/** Query parameters that say what the ONNX model shall be like. */
record TranslationQuery(
        @Parameter(description = "Version of ONNX's operator set, 15 to 26; 17 if it is not given") @Nullable
        Integer opset,

        @Parameter(description = "Store large weights in 8 bits; the certificate tells the cost")
        @Schema(defaultValue = "false")
        @Nullable
        Boolean quantize) {
    Asked asked(UUID modelId, InputQuery inputs, @Nullable MultipartFile reference, @Nullable String prefer) {
        return new Asked(modelId, opset, Boolean.TRUE.equals(quantize), inputs.given(), reference, prefer);
    }
}
