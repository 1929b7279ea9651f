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
 * @param lengths where each number is how long a sequence of another input is
 */
public record InputDomain(
        List<Integer> sampleShape,
        Optional<InputRange> range,
        OptionalLong indexBound,
        List<String> words,
        boolean missing,
        Optional<Lengths> lengths) {
    /**
     * Whole numbers from 1 to the longest sequence there may be.
     *
     * @param axis the axis that varies with it, where it does
     * @param descending whether the longest sequence of a batch must come first
     */
    public record Lengths(Optional<String> axis, int longest, boolean descending) {
        Lengths within(String changed, int size) {
            return axis.filter(changed::equals).isPresent() ? new Lengths(axis, size, descending) : this;
        }
    }

    public InputDomain {
        sampleShape = List.copyOf(sampleShape);
        words = List.copyOf(words);
    }

    /** Any numbers. */
    public static InputDomain of(List<Integer> sampleShape) {
        return new InputDomain(sampleShape, Optional.empty(), OptionalLong.empty(), List.of(), false, Optional.empty());
    }

    public InputDomain withRange(InputRange within) {
        return new InputDomain(sampleShape, Optional.of(within), indexBound, words, missing, lengths);
    }

    public InputDomain withIndexBound(OptionalLong bound) {
        return new InputDomain(sampleShape, range, bound, words, missing, lengths);
    }

    public InputDomain withWords(List<String> known) {
        return new InputDomain(sampleShape, range, indexBound, known, missing, lengths);
    }

    public InputDomain withMissing() {
        return new InputDomain(sampleShape, range, indexBound, words, true, lengths);
    }

    InputDomain withSampleShape(List<Integer> other) {
        return new InputDomain(other, range, indexBound, words, missing, lengths);
    }

    public InputDomain withLengths(Lengths of) {
        return new InputDomain(sampleShape, range, indexBound, words, missing, Optional.of(of));
    }

    InputDomain withSize(String axis, int size) {
        return lengths.map(of -> withLengths(of.within(axis, size))).orElse(this);
    }
}
