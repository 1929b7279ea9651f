package io.mlaas.translation.onnx;

import io.mlaas.onnx.TranslationOptions;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a model shall be translated.
 *
 * @param quantize whether large weights shall be stored in 8 bits
 */
record Wish(TranslationOptions options, boolean quantize) {

    /** @param opset version of ONNX's operator set; null for the usual one */
    static Wish of(@Nullable Integer opset, boolean quantize) {
        if (opset == null) {
            return new Wish(TranslationOptions.DEFAULT, quantize);
        }
        try {
            return new Wish(TranslationOptions.DEFAULT.withOpset(opset), quantize);
        } catch (IllegalArgumentException e) {
            throw TranslationProblem.TRANSLATION_REFUSED.because(String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether a translation with this certificate is what is wished for. */
    boolean isMetBy(JsonNode certificate) {
        return certificate.path("opset").asInt(options.opset()) == options.opset()
                && certificate.has("quantization") == quantize;
    }
}
