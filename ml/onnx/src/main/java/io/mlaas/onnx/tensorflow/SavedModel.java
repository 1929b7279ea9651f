package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.ModelSource;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.Unsupported;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.parity.InputDomain;
import io.mlaas.onnx.parity.Reference;
import io.mlaas.onnx.parity.SampleBySample;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import io.mlaas.onnx.tensorflow.Graph.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A decoded SavedModel, by its signature {@code serving_default}. */
final class SavedModel implements SourceModel {
    private static final int USUAL_SIZE = 16;

    /** What is followed instead of being written. */
    static final Set<String> CONTROL = Set.of(
            "Placeholder",
            "VarHandleOp",
            "PartitionedCall",
            "StatefulPartitionedCall",
            "While",
            "StatelessWhile",
            "If",
            "StatelessIf");

    private final Graph graph;
    private final ModelSource source;
    private final SavedFolder folder;
    private @Nullable TensorFlowReference tensorflow;

    SavedModel(Graph graph, ModelSource source, SavedFolder folder) {
        this.graph = graph;
        this.source = source;
        this.folder = folder;
    }

    @Override
    public OnnxTranslation translate(TranslationOptions options) {
        OnnxGraph onnx = new OnnxGraph(options.opset());
        graph.outputs().keySet().forEach(onnx::reserve);
        Emission emission = new Emission(graph, new Nodes(onnx, options.floatType()));
        Map<String, Traced> inputs = new LinkedHashMap<>();
        Map<String, InputDomain> domains = new LinkedHashMap<>();
        graph.inputs().forEach((name, port) -> {
            ElementType declared = Constant.type(port.type());
            ElementType type = declared.isFloating() ? options.floatType() : declared;
            Shape shape = shape(name, port, options);
            Tensor tensor = onnx.input(name, type, shape);
            inputs.put(name, Traced.of(tensor));
            List<Integer> sample = shape.dims().stream()
                    .skip(1)
                    .map(d -> d.isConstant() ? (int) d.value() : USUAL_SIZE)
                    .toList();
            InputDomain domain = InputDomain.of(sample);
            domains.put(tensor.name(), declared.isFloating() ? domain : domain.withIndexBound(OptionalLong.of(rows())));
        });
        List<Traced> results = emission.run(inputs);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        int next = 0;
        for (String name : graph.outputs().keySet()) {
            outputs.put(name, emission.tensor(results.get(next++)));
        }
        return OnnxTranslation.of(
                onnx,
                "saved_model",
                outputs,
                source,
                emission.used(),
                List.of(),
                domains,
                Optional.empty(),
                Optional.empty());
    }

    /** The shortest table that whole numbers may index; 2 where there is none. */
    private long rows() {
        return graph.variables().values().stream()
                .filter(v -> v.values().rank() == 2)
                .mapToInt(v -> v.values().size(0))
                .filter(rows -> rows > 1)
                .min()
                .orElse(2);
    }

    private static Shape shape(String name, Port port, TranslationOptions options) {
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < port.sizes().size(); i++) {
            int size = port.sizes().get(i);
            if (size > 0) {
                dims.add(Dim.of(size));
            } else if (i == 0) {
                dims.add(options.dynamicBatch() ? Dim.symbol("batch") : Dim.of(1));
            } else if (options.dynamicBatch()) {
                dims.add(Dim.symbol(name + "_" + i));
            } else {
                throw new TranslationRefused(Reason.UNKNOWN_INPUT, "input " + name + ": " + port.sizes());
            }
        }
        return new Shape(dims);
    }

    @Override
    public Optional<Reference> reference() {
        if (tensorflow == null) {
            tensorflow = folder.path()
                    .flatMap(path -> TensorFlowReference.load(path, graph))
                    .orElse(null);
        }
        return Optional.of(tensorflow == null ? evaluator() : tensorflow);
    }

    @Override
    public void close() {
        if (tensorflow != null) {
            tensorflow.close();
        }
        folder.close();
    }

    /** Whether TensorFlow may run it. */
    boolean onlyCalculates() {
        return graph.onlyCalculates();
    }

    /** The decoded graph, evaluated here. */
    Reference evaluator() {
        return new SampleBySample("mlaas float64 evaluator of TensorFlow graphs", this::evaluate);
    }

    private NamedTensors evaluate(NamedTensors inputs) {
        Map<String, Array> values = new LinkedHashMap<>();
        inputs.tensors()
                .forEach((name, tensor) -> values.put(
                        name,
                        Array.of(
                                tensor.doubles(),
                                Arrays.stream(tensor.shape())
                                        .mapToInt(Math::toIntExact)
                                        .toArray())));
        List<Array> results = new Evaluation(graph).run(values);
        Map<String, TypedTensor> outputs = new LinkedHashMap<>();
        int next = 0;
        for (String name : graph.outputs().keySet()) {
            Array result = results.get(next++);
            long[] shape = Arrays.stream(result.shape()).asLongStream().toArray();
            outputs.put(name, TypedTensor.float64(result.values(), shape));
        }
        return new NamedTensors(outputs);
    }

    @Override
    public List<Unsupported> unsupported() {
        List<Unsupported> unknown = new ArrayList<>();
        graph.operators().forEach((operator, times) -> {
            if (!CONTROL.contains(operator) && !Emission.covers(operator)) {
                unknown.add(new Unsupported(operator, "serving_default", times));
            }
        });
        if (!unknown.isEmpty()) {
            return unknown;
        }
        try {
            translate(TranslationOptions.DEFAULT);
            return List.of();
        } catch (TranslationRefused e) {
            return List.of(new Unsupported(e.reason().name(), String.valueOf(e.getMessage()), 1));
        }
    }
}
