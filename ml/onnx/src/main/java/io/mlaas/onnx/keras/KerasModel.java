package io.mlaas.onnx.keras;

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
import io.mlaas.onnx.keras.Network.Input;
import io.mlaas.onnx.keras.Walk.Flow;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.parity.InputDomain;
import io.mlaas.onnx.parity.Reference;
import io.mlaas.onnx.parity.SampleBySample;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A decoded Keras model. */
final class KerasModel implements SourceModel {
    /** What an axis of unknown size is tried with: long enough for the windows of usual networks. */
    private static final int USUAL_SIZE = 16;

    private final Network network;
    private final ModelSource source;

    KerasModel(Network network, ModelSource source) {
        this.network = network;
        this.source = source;
    }

    @Override
    public OnnxTranslation translate(TranslationOptions options) {
        OnnxGraph graph = new OnnxGraph(options.opset());
        network.outputNames().forEach(graph::reserve);
        Emission emission = new Emission(new Nodes(graph, options.floatType()));
        List<Flow<Tensor>> inputs = new ArrayList<>();
        Map<String, InputDomain> domains = new LinkedHashMap<>();
        for (Input input : network.inputs()) {
            Shape shape = shape(input, options);
            Tensor tensor = graph.input(input.name(), type(input, options), shape);
            inputs.add(new Flow<>(tensor, null));
            domains.put(tensor.name(), domain(input, shape));
        }
        List<Flow<Tensor>> results = emission.run(network, inputs);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int i = 0; i < results.size(); i++) {
            outputs.put(network.outputNames().get(i), results.get(i).value());
        }
        return OnnxTranslation.of(
                graph,
                network.name(),
                outputs,
                source,
                emission.used(),
                List.of(),
                domains,
                Optional.empty(),
                Optional.empty());
    }

    private static ElementType type(Input input, TranslationOptions options) {
        ElementType declared = ElementType.ofName(input.type())
                .orElseThrow(() -> new TranslationRefused(
                        Reason.UNKNOWN_INPUT, "input " + input.name() + ": type " + input.type()));
        return declared.isFloating() ? options.floatType() : declared;
    }

    private Shape shape(Input input, TranslationOptions options) {
        List<Integer> given = options.inputShape()
                .filter(s -> network.inputs().size() == 1
                        && s.size() == input.sizes().size() - 1)
                .orElse(null);
        List<Dim> dims = new ArrayList<>();
        dims.add(options.dynamicBatch() ? Dim.symbol("batch") : Dim.of(1));
        for (int i = 1; i < input.sizes().size(); i++) {
            int size = given == null ? input.sizes().get(i) : given.get(i - 1);
            if (size > 0) {
                dims.add(Dim.of(size));
            } else if (options.dynamicBatch()) {
                dims.add(Dim.symbol(
                        network.inputs().size() == 1 ? axisName(input, i) : input.name() + "_" + axisName(input, i)));
            } else {
                throw new TranslationRefused(
                        Reason.UNKNOWN_INPUT,
                        "input " + input.name() + ": " + input.sizes()
                                + " (expected: fixed sizes, where no size may vary)");
            }
        }
        return new Shape(dims);
    }

    private static String axisName(Input input, int axis) {
        return switch (input.sizes().size()) {
            case 2, 3 -> "time";
            case 4 -> axis == 1 ? "height" : axis == 2 ? "width" : "channels";
            default -> "size_" + axis;
        };
    }

    private InputDomain domain(Input input, Shape shape) {
        List<Integer> sample = new ArrayList<>();
        for (int i = 1; i < shape.rank(); i++) {
            sample.add(shape.size(i).isConstant() ? (int) shape.size(i).value() : USUAL_SIZE);
        }
        InputDomain domain = InputDomain.of(sample);
        OptionalLong rows = network.steps().stream()
                .flatMapToLong(s -> rows(s.layer()).stream())
                .min();
        return input.type().startsWith("float") ? domain : domain.withIndexBound(rows);
    }

    private static OptionalLong rows(Layer layer) {
        Network inner = layer.network();
        if (inner != null) {
            return inner.steps().stream()
                    .flatMapToLong(s -> rows(s.layer()).stream())
                    .min();
        }
        return layer.className().equals("Embedding")
                ? OptionalLong.of(layer.weight("0").size(0))
                : OptionalLong.empty();
    }

    @Override
    public Optional<Reference> reference() {
        return Optional.of(new SampleBySample("mlaas float64 evaluator of Keras layers", this::evaluate));
    }

    private NamedTensors evaluate(NamedTensors inputs) {
        List<Flow<Array>> values = new ArrayList<>();
        for (Input input : network.inputs()) {
            TypedTensor tensor = inputs.get(input.name());
            int[] shape =
                    Arrays.stream(tensor.shape()).mapToInt(Math::toIntExact).toArray();
            values.add(new Flow<>(Array.of(tensor.doubles(), shape), null));
        }
        List<Flow<Array>> results = new Evaluation().run(network, values);
        Map<String, TypedTensor> outputs = new LinkedHashMap<>();
        for (int i = 0; i < results.size(); i++) {
            Array result = results.get(i).value();
            long[] shape = Arrays.stream(result.shape()).asLongStream().toArray();
            outputs.put(network.outputNames().get(i), TypedTensor.float64(result.values(), shape));
        }
        return new NamedTensors(outputs);
    }

    @Override
    public List<Unsupported> unsupported() {
        Map<String, Unsupported> found = new TreeMap<>();
        collect(network, found);
        return List.copyOf(found.values());
    }

    private static void collect(Network network, Map<String, Unsupported> found) {
        network.steps().forEach(step -> {
            Layer layer = step.layer();
            Network inner = layer.network();
            if (inner != null) {
                collect(inner, found);
            } else if (!Emission.kinds().contains(layer.kind())) {
                found.merge(
                        layer.kind(),
                        new Unsupported("keras " + layer.kind(), layer.path(), 1),
                        (a, b) -> new Unsupported(a.what(), a.where(), a.times() + 1));
            }
        });
    }
}
