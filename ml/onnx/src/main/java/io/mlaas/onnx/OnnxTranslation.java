package io.mlaas.onnx;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * A translated model and what is known about it. Equal sources give equal bytes.
 *
 * @param onnx the bytes of the {@code .onnx} file
 * @param sourceSha256 digest of the file that was translated
 * @param sourceFormat such as {@code torchscript 3}
 * @param opset version of ONNX's operator set
 * @param operators the source's operators, with how often each was called
 * @param warnings assumptions that the comparison with the source has to confirm
 * @param indexBound what integer inputs must stay below, where they index an embedding
 * @param sampleShape sizes of one input, without the batch, as the source declares them; those that may vary too
 * @param task such as {@code classification}, where the card says it
 * @param card the JSON that the trainer left in the source ({@code mlaas.json})
 */
public record OnnxTranslation(
        OnnxBytes onnx,
        String sourceSha256,
        String sourceFormat,
        int opset,
        List<TensorFacts> inputs,
        List<TensorFacts> outputs,
        SortedMap<String, Integer> operators,
        List<String> warnings,
        OptionalLong indexBound,
        List<Integer> sampleShape,
        Optional<String> task,
        Optional<String> card) {

    /** Axes of one input, counted without the batch, whose size may vary. */
    public List<Integer> varyingAxes() {
        List<String> shape = inputs.getFirst().shape();
        return IntStream.range(1, shape.size())
                .filter(axis -> !shape.get(axis).chars().allMatch(Character::isDigit))
                .mapToObj(axis -> axis - 1)
                .toList();
    }

    /** Bytes that compare by content. */
    public static final class OnnxBytes {
        private final byte[] bytes;

        public OnnxBytes(byte[] bytes) {
            this.bytes = bytes;
        }

        public byte[] toArray() {
            return bytes.clone();
        }

        public int size() {
            return bytes.length;
        }
    }
}
