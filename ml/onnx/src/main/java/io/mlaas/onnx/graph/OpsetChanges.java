package io.mlaas.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What changed between the versions of ONNX's operator set, by its change log: nodes come as version 17 defines them and
 * are written as another does.
 */
final class OpsetChanges {
    /** From version 18 on their axes are an input. */
    private static final Set<String> AXES_BECAME_INPUT = Set.of(
            "ReduceMax",
            "ReduceMin",
            "ReduceMean",
            "ReduceProd",
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceSumSquare");

    private OpsetChanges() {}

    static List<Tensor> write(
            OnnxGraph graph,
            String operator,
            List<Tensor> outputs,
            List<? extends @Nullable Tensor> arguments,
            Attribute... attributes) {
        if (graph.opset() >= 18 && AXES_BECAME_INPUT.contains(operator)) {
            return reduce(graph, operator, outputs, arguments, attributes);
        }
        if (graph.opset() >= 18 && operator.equals("Split") && arguments.size() == 1) {
            return graph.write(
                    "", operator, outputs, arguments, and(attributes, Attribute.of("num_outputs", outputs.size())));
        }
        if (graph.opset() < 17 && operator.equals("LayerNormalization")) {
            return List.of(layerNormalization(graph, outputs.getFirst(), arguments, attributes));
        }
        return graph.write("", operator, outputs, arguments, attributes);
    }

    private static List<Tensor> reduce(
            OnnxGraph graph,
            String operator,
            List<Tensor> outputs,
            List<? extends @Nullable Tensor> arguments,
            Attribute... attributes) {
        Optional<AttributeProto> axes = find("axes", attributes);
        if (axes.isEmpty()) {
            return graph.write("", operator, outputs, arguments, attributes);
        }
        List<@Nullable Tensor> more = new ArrayList<>(arguments);
        more.add(graph.constant(
                axes.get().getIntsList().stream().mapToLong(Long::longValue).toArray()));
        Attribute[] fewer =
                Arrays.stream(attributes).filter(a -> !a.name().equals("axes")).toArray(Attribute[]::new);
        return graph.write("", operator, outputs, more, fewer);
    }

    /** As version 17 defines it in terms of older operators; the mean and the deviation as further outputs are not written. */
    private static Tensor layerNormalization(
            OnnxGraph graph, Tensor output, List<? extends @Nullable Tensor> arguments, Attribute... attributes) {
        Tensor x = (Tensor) java.util.Objects.requireNonNull(arguments.getFirst());
        int axis = x.shape()
                .axis(find("axis", attributes).map(AttributeProto::getI).orElse(-1L));
        double epsilon = find("epsilon", attributes).map(AttributeProto::getF).orElse(1e-5f);
        Attribute axes = Attribute.of("axes", LongStream.range(axis, x.rank()).toArray());
        Shape reduced = x.shape();
        for (int i = axis; i < x.rank(); i++) {
            reduced = reduced.with(i, Dim.of(1));
        }
        Tensor mean = graph.node("ReduceMean", x.type(), reduced, List.of(x), axes);
        Tensor centred = graph.node("Sub", x.type(), x.shape(), List.of(x, mean));
        Tensor squares = graph.node("Mul", x.type(), x.shape(), List.of(centred, centred));
        Tensor variance = graph.node("ReduceMean", x.type(), reduced, List.of(squares), axes);
        Tensor stable = graph.node("Add", x.type(), reduced, List.of(variance, graph.scalar(x.type(), epsilon)));
        Tensor deviation = graph.node("Sqrt", x.type(), reduced, List.of(stable));
        Tensor result = graph.node("Div", output.type(), output.shape(), List.of(centred, deviation));
        for (int i = 1; i < arguments.size(); i++) {
            Tensor factor = arguments.get(i);
            if (factor != null) {
                result = graph.node(i == 1 ? "Mul" : "Add", output.type(), output.shape(), List.of(result, factor));
            }
        }
        return result;
    }

    private static Optional<AttributeProto> find(String name, Attribute... attributes) {
        return Arrays.stream(attributes)
                .filter(a -> a.name().equals(name))
                .map(Attribute::proto)
                .findFirst();
    }

    private static Attribute[] and(Attribute[] attributes, Attribute more) {
        Attribute[] all = Arrays.copyOf(attributes, attributes.length + 1);
        all[attributes.length] = more;
        return all;
    }
}
