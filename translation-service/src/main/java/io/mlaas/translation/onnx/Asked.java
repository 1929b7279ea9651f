package io.mlaas.translation.onnx;

import io.mlaas.translate.GivenOptions;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.multipart.MultipartFile;

/**
 * A request for a translation, as it came.
 *
 * @param opset version of ONNX's operator set; null for the usual one
 * @param given what the file does not say
 * @param reference what was recorded in the source framework
 * @param prefer the header of that name
 */
record Asked(
        UUID modelId,
        @Nullable Integer opset,
        boolean quantize,
        GivenOptions given,
        @Nullable MultipartFile reference,
        @Nullable String prefer) {}
