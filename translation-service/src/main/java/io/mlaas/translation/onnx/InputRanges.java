package io.mlaas.translation.onnx;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.parity.InputDomain;
import io.mlaas.onnx.parity.InputRange;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the inputs of a comparison lie.
 *
 * @param range empty where the model's own word, or none, is taken
 * @param source who says so: {@code dataset <id>}, {@code declared} by the model, or {@code standard_normal}
 * @param note why it is not the dataset, where there is one
 */
record InputRanges(
        Optional<InputRange> range, String source, @Nullable String note) {

    static InputRanges ofDataset(Object id, InputRange range) {
        return new InputRanges(Optional.of(range), "dataset " + id, null);
    }

    static InputRanges ofModel(OnnxTranslation translation, @Nullable String note) {
        boolean declared = translation.domains().values().stream().anyMatch(InputRanges::isDeclared);
        return new InputRanges(Optional.empty(), declared ? "declared" : "standard_normal", note);
    }

    private static boolean isDeclared(InputDomain domain) {
        return domain.range().isPresent()
                || domain.indexBound().isPresent()
                || !domain.words().isEmpty();
    }
}
