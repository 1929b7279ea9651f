package io.mlaas.onnx.parity;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an input's random values are drawn from.
 *
 * @param sampleShape sizes of one sample, without the batch; of axes that may vary a size that is usual
 * @param range where numbers lie; empty for standard normal numbers
 * @param indexBound what whole numbers must stay below, where they index something
 * @param words what text is drawn from; the empty text and one that nobody knows are added
 * @param missing whether NaN is an input like others
 */
public record InputDomain(
        List<Integer> sampleShape,
        Optional<InputRange> range,
        OptionalLong indexBound,
        List<String> words,
        boolean missing) {
    public InputDomain {
        sampleShape = List.copyOf(sampleShape);
        words = List.copyOf(words);
    }

    /** Any numbers. */
    public static InputDomain of(List<Integer> sampleShape) {
        return new InputDomain(sampleShape, Optional.empty(), OptionalLong.empty(), List.of(), false);
    }

    public InputDomain withRange(InputRange within) {
        return new InputDomain(sampleShape, Optional.of(within), indexBound, words, missing);
    }

    public InputDomain withIndexBound(OptionalLong bound) {
        return new InputDomain(sampleShape, range, bound, words, missing);
    }

    public InputDomain withWords(List<String> known) {
        return new InputDomain(sampleShape, range, indexBound, known, missing);
    }

    public InputDomain withMissing() {
        return new InputDomain(sampleShape, range, indexBound, words, true);
    }

    InputDomain withSampleShape(List<Integer> other) {
        return new InputDomain(other, range, indexBound, words, missing);
    }
}
