package io.mlaas.translation.onnx;

import io.mlaas.onnx.TranslationOptions;
import io.mlaas.translate.GivenOptions;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a model shall be translated. The same wish for the same model is the same translation.
 *
 * @param quantize whether large weights shall be stored in 8 bits
 * @param given what the file does not say
 * @param referenceSha256 of what the source framework computed and the translation is compared with; empty if nothing
 */
record Wish(int opset, boolean quantize, GivenOptions given, String referenceSha256) {

    /** @param opset version of ONNX's operator set; null for the usual one */
    static Wish of(@Nullable Integer opset, boolean quantize, GivenOptions given) {
        int version = opset == null ? TranslationOptions.DEFAULT.opset() : opset;
        Wish wish = new Wish(version, quantize, given, "");
        try {
            TranslationOptions unused = wish.options();
            return wish;
        } catch (IllegalArgumentException e) {
            throw TranslationProblem.TRANSLATION_REFUSED.because(String.valueOf(e.getMessage()), e);
        }
    }

    Wish withReference(String sha256) {
        return new Wish(opset, quantize, given, sha256);
    }

    TranslationOptions options() {
        return given.applyTo(TranslationOptions.DEFAULT.withOpset(opset));
    }

    boolean hasReference() {
        return !referenceSha256.isEmpty();
    }

    /** Whether a translation with this certificate is what is wished for. */
    boolean isMetBy(JsonNode certificate) {
        return certificate.path("opset").asInt(opset) == opset
                && certificate.has("quantization") == quantize
                && certificate.path("options").asString("").equals(given.text())
                && certificate.at("/recorded/sha256").asString("").equals(referenceSha256);
    }
}
