package io.mlaas.onnx;

import io.mlaas.onnx.graph.ElementType;
import java.util.List;
import java.util.Optional;

/**
 * What the caller knows or wants.
 *
 * @param inputShape sizes of the input without the batch; empty to take them from the archive's card
 * @param inputType element type of the input; empty to take it from the card, or 32-bit floats
 * @param dynamicTime whether the time axis of a recurrent network may vary too, where its code allows it
 */
public record TranslationOptions(
        Optional<List<Integer>> inputShape, Optional<ElementType> inputType, boolean dynamicTime) {
    /** All from the archive, with a varying time axis where possible. */
    public static final TranslationOptions DEFAULT = new TranslationOptions(Optional.empty(), Optional.empty(), true);

    public TranslationOptions {
        inputShape = inputShape.map(List::copyOf);
        inputShape.ifPresent(shape -> {
            if (shape.stream().anyMatch(size -> size < 1)) {
                throw new IllegalArgumentException("inputShape: " + shape + " (expected: sizes >= 1)");
            }
        });
    }

    public TranslationOptions withInputShape(Integer... sizes) {
        return new TranslationOptions(Optional.of(List.of(sizes)), inputType, dynamicTime);
    }

    public TranslationOptions withInputType(ElementType type) {
        return new TranslationOptions(inputShape, Optional.of(type), dynamicTime);
    }

    public TranslationOptions withDynamicTime(boolean dynamic) {
        return new TranslationOptions(inputShape, inputType, dynamic);
    }
}
