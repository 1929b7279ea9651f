package io.mlaas.translation.onnx;

import io.mlaas.onnx.Unsupported;
import java.util.List;

/**
 * What a translation would find.
 *
 * @param format the model's
 * @param translatable whether everything in it can be translated
 * @param unsupported what cannot
 */
record TranslationCheck(String format, boolean translatable, List<Part> unsupported) {

    /**
     * @param what the operator, estimator or layer
     * @param where its first place in the model
     * @param times how often it is used
     */
    record Part(String what, String where, int times) {}

    static TranslationCheck of(String format, List<Unsupported> unsupported) {
        return new TranslationCheck(
                format,
                unsupported.isEmpty(),
                unsupported.stream()
                        .map(u -> new Part(u.what(), u.where(), u.times()))
                        .toList());
    }
}
