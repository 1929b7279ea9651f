package io.mlaas.explanation;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxFile;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Small graphs in 64-bit floats. */
final class Graphs {
    private final OnnxGraph graph = new OnnxGraph();

    /** What is between input and output. */
    interface Body {
        Tensor of(Graphs g, Tensor x);
    }

    /** @param sampleShape of the input, without the batch */
    static Explainer explainer(Body body, long... sampleShape) {
        Graphs graphs = new Graphs();
        List<Dim> dims = new ArrayList<>(List.of(Dim.symbol("batch")));
        Arrays.stream(sampleShape).mapToObj(Dim::of).forEach(dims::add);
        Tensor x = graphs.graph.input("x", ElementType.FLOAT64, new Shape(dims));
        Tensor y = body.of(graphs, x);
        return Explainer.ofOnnx(OnnxFile.write(graphs.graph, "test", Map.of("y", y), new TreeMap<>()));
    }

    Tensor numbers(long[] shape, double... values) {
        return graph.numbers(ElementType.FLOAT64, Shape.of(shape), values);
    }

    Tensor scalar(double value) {
        return graph.scalar(ElementType.FLOAT64, value);
    }

    Tensor integers(long... values) {
        return graph.constant(values);
    }

    Tensor random(long seed, long... shape) {
        int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return numbers(shape, new Random(seed).doubles(count, -1, 1).toArray());
    }

    /** The declared shape does not matter here: only its rank would, to ONNX Runtime. */
    Tensor node(String operator, List<Tensor> inputs, Attribute... attributes) {
        return graph.node(operator, ElementType.FLOAT64, inputs.getFirst().shape(), inputs, attributes);
    }

    Tensor node(String operator, Tensor input, Attribute... attributes) {
        return node(operator, List.of(input), attributes);
    }

    List<Tensor> nodes(String operator, int outputs, List<Tensor> inputs, Attribute... attributes) {
        Tensor like = new Tensor("", ElementType.FLOAT64, inputs.getFirst().shape());
        return graph.nodes(operator, java.util.Collections.nCopies(outputs, like), inputs, attributes);
    }
}
