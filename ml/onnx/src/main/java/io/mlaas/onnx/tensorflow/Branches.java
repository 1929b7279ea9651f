package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.tensorflow.Graph.Body;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.List;

/** Two functions of which one is run, by a value that is known only then. */
final class Branches {
    private final Emission emission;
    private final OnnxGraph graph;
    private final Node node;

    Branches(Emission emission, Node node) {
        this.emission = emission;
        this.graph = emission.nodes().graph();
        this.node = node;
    }

    private record Part(Attribute attribute, List<Tensor> results) {}

    List<Traced> emit(Tensor condition, Body yes, Body no, List<Traced> inputs) {
        Part first = part("then_branch", yes, inputs);
        Part second = part("else_branch", no, inputs);
        if (first.results().size() != second.results().size()) {
            throw node.refuse("branches with different numbers of results");
        }
        List<Tensor> declared = new ArrayList<>();
        for (int i = 0; i < first.results().size(); i++) {
            declared.add(common(first.results().get(i), second.results().get(i)));
        }
        graph.locate(node.name(), "tensorflow " + node.operator());
        Tensor scalar = graph.reshape(condition, Shape.SCALAR);
        List<Tensor> results = graph.nodes("If", declared, List.of(scalar), first.attribute(), second.attribute());
        return results.stream().map(this::named).map(Traced::of).toList();
    }

    private Part part(String name, Body body, List<Traced> inputs) {
        graph.begin();
        List<Tensor> results =
                emission.call(node, body, inputs).stream().map(emission::tensor).toList();
        return new Part(graph.end(name, List.of(), results), results);
    }

    private Tensor common(Tensor a, Tensor b) {
        if (a.type() != b.type() || a.rank() != b.rank()) {
            throw node.refuse("branches that give " + a.shape() + " or " + b.shape());
        }
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < a.rank(); i++) {
            dims.add(a.size(i).equals(b.size(i)) ? a.size(i) : graph.newSize("either"));
        }
        return new Tensor("", a.type(), new Shape(dims));
    }

    private Tensor named(Tensor result) {
        Tensor named = result;
        for (int axis = 0; axis < result.rank(); axis++) {
            if (!graph.knows(named.size(axis))) {
                named = graph.withSymbol(named, axis, "size");
            }
        }
        return named;
    }
}
