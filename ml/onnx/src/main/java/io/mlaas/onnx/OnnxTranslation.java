package io.mlaas.onnx;

import io.mlaas.onnx.graph.OnnxBytes;
import io.mlaas.onnx.graph.OnnxFile;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.parity.InputDomain;
import io.mlaas.onnx.torchscript.StraightProgram;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A translated model and what is known about it. Equal sources give equal bytes.
 *
 * @param onnx the {@code .onnx} file; it may read from the source's file, which must stay as it is
 * @param opset version of ONNX's operator set
 * @param operators the source's operators, estimators or layers, with how often each was used
 * @param warnings assumptions that the comparison with the source has to confirm
 * @param domains by name of the input, what its values are like
 * @param task {@code classification}, {@code regression} or such, where the source says it
 * @param arguments how the source's own function takes the inputs; empty where it takes them one by one
 * @param program the source's operators in a straight line, where that is known
 * @param card the JSON that the trainer left in the source ({@code mlaas.json})
 */
public record OnnxTranslation(
        OnnxBytes onnx,
        ModelSource source,
        int opset,
        List<TensorFacts> inputs,
        List<TensorFacts> outputs,
        SortedMap<String, Integer> operators,
        List<String> warnings,
        Map<String, InputDomain> domains,
        Optional<String> task,
        Optional<String> card,
        List<ForwardArgument> arguments,
        Optional<StraightProgram> program) {
    public OnnxTranslation {
        arguments = List.copyOf(arguments);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        warnings = List.copyOf(warnings);
        domains = Collections.unmodifiableMap(new LinkedHashMap<>(domains));
        for (TensorFacts input : inputs) {
            if (!domains.containsKey(input.name())) {
                throw new IllegalArgumentException("domains: " + domains.keySet()
                        + " (expected: one for each input, such as " + input.name() + ")");
            }
        }
    }

    /**
     * Writes a finished graph; its inputs are the model's.
     *
     * @param name of the graph
     * @param outputs the model's outputs, in order, by the names they shall have
     */
    public static OnnxTranslation of(
            OnnxGraph graph,
            String name,
            Map<String, Tensor> outputs,
            ModelSource source,
            SortedMap<String, Integer> operators,
            List<String> warnings,
            Map<String, InputDomain> domains,
            Optional<String> task,
            Optional<String> card) {
        SortedMap<String, String> metadata = source.metadata();
        card.ifPresent(text -> metadata.put("mlaas.json", text));
        return new OnnxTranslation(
                OnnxFile.write(graph, name, outputs, metadata),
                source,
                graph.opset(),
                graph.inputs().stream().map(t -> TensorFacts.of(t.name(), t)).toList(),
                outputs.entrySet().stream()
                        .map(o -> TensorFacts.of(o.getKey(), o.getValue()))
                        .toList(),
                new TreeMap<>(operators),
                warnings,
                domains,
                task,
                card,
                List.of(),
                Optional.empty());
    }

    /** The same with other bytes, such as smaller weights. */
    public OnnxTranslation withOnnx(byte[] bytes) {
        return withOnnx(OnnxBytes.parse(bytes));
    }

    /** The same with another file, such as one with smaller weights. */
    public OnnxTranslation withOnnx(OnnxBytes other) {
        return new OnnxTranslation(
                other, source, opset, inputs, outputs, operators, warnings, domains, task, card, arguments, program);
    }

    /** The same, and how the engine of its source can be asked. */
    public OnnxTranslation withProgram(List<ForwardArgument> taken, Optional<StraightProgram> straight) {
        return new OnnxTranslation(
                onnx, source, opset, inputs, outputs, operators, warnings, domains, task, card, taken, straight);
    }

    /** Digest of the file that was translated. */
    public String sourceSha256() {
        return source.sha256();
    }

    /** Such as {@code torchscript 3}. */
    public String sourceFormat() {
        return source.describe();
    }

    /** What whole numbers of the first input must stay below, where they index an embedding. */
    public OptionalLong indexBound() {
        return domain().indexBound();
    }

    /** Sizes of one first input, without the batch, as the source declares them; those that may vary too. */
    public List<Integer> sampleShape() {
        return domain().sampleShape();
    }

    private InputDomain domain() {
        return java.util.Objects.requireNonNull(domains.get(inputs.getFirst().name()));
    }

    /** Whether the batch may vary. */
    public boolean hasDynamicBatch() {
        return inputs.stream().allMatch(i -> !i.shape().isEmpty() && i.isDynamic(0));
    }
}
