package io.mlaas.onnx.trees;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.sklearn.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Writes trees of scikit-learn into a graph. */
final class SklearnNodes {
    private final OnnxGraph graph;
    private final SklearnForest forest;
    private final ElementType type;

    SklearnNodes(OnnxGraph graph, SklearnForest forest, ElementType type) {
        this.graph = graph;
        this.forest = forest;
        this.type = type;
    }

    Prediction emit(Tensor x) {
        Tensor sums = forest.ensemble().emit(graph, x, type);
        return switch (forest.use()) {
            case PROBABILITIES ->
                // the largest is found before rounding quotients can make a tie, or break one
                new Prediction(forest.classes(), argMax(sums), divided(sums), null, null);
            case TARGETS -> Prediction.several(targets(sums), null);
            case VALUES -> Prediction.values(forest.link().emit(graph, divided(sums), 1));
            case SCORES -> {
                Tensor linked = forest.link().emit(graph, sums, forest.slope());
                boolean single = forest.ensemble().outputs() == 1;
                yield new Prediction(
                        forest.classes(),
                        single ? atLeast("Greater", sums) : argMax(sums),
                        single ? concat(binary("Sub", number(1), linked), linked) : linked,
                        sums,
                        null);
            }
            case VOTES -> votes(sums);
            case MEDIAN -> Prediction.values(median(sums));
            case PATH -> {
                Tensor power = graph.node(
                        "Pow", type, sums.shape(), List.of(number(2), binary("Div", sums, number(-forest.divisor()))));
                Tensor score = binary("Sub", number(-forest.offset()), power);
                yield new Prediction(forest.classes(), atLeast("GreaterOrEqual", score), null, score, null);
            }
        };
    }

    private List<Prediction> targets(Tensor sums) {
        List<Prediction> each = new ArrayList<>();
        int from = 0;
        for (List<Object> classes : forest.targets()) {
            Tensor own = columns(sums, from, classes.size());
            each.add(new Prediction(classes, argMax(own), divided(own), null, null));
            from += classes.size();
        }
        return each;
    }

    private Tensor columns(Tensor all, int from, int count) {
        long[] places = IntStream.range(from, from + count).asLongStream().toArray();
        return graph.node(
                "Gather",
                type,
                all.shape().with(1, Dim.of(count)),
                List.of(all, graph.constant(places)),
                Attribute.of("axis", 1));
    }

    private Prediction votes(Tensor sums) {
        int classes = forest.classes().size();
        if (classes != 2) {
            Tensor p = Link.SOFTMAX.emit(graph, binary("Div", sums, number(classes - 1)), 1);
            return new Prediction(forest.classes(), argMax(sums), p, sums, null);
        }
        Tensor difference = graph.node(
                "MatMul",
                type,
                sums.shape().with(1, Dim.of(1)),
                List.of(sums, graph.numbers(type, Shape.of(2, 1), -1, 1)));
        Tensor half = binary("Div", difference, number(2));
        Tensor p = Link.SOFTMAX.emit(graph, concat(graph.node("Neg", type, half.shape(), List.of(half)), half), 1);
        return new Prediction(forest.classes(), atLeast("Greater", difference), p, difference, null);
    }

    /** Sorts the numbers, adds up the weights in that order, and takes the first number at which half is reached. */
    private Tensor median(Tensor numbers) {
        int count = forest.weights().length;
        List<Tensor> sorted = graph.nodes(
                "TopK",
                List.of(new Tensor("", type, numbers.shape()), new Tensor("", ElementType.INT64, numbers.shape())),
                List.of(numbers, graph.constant((long) count)),
                Attribute.of("axis", 1),
                Attribute.of("largest", 0),
                Attribute.of("sorted", 1));
        Tensor weights = graph.node(
                "Gather",
                ElementType.FLOAT64,
                numbers.shape(),
                List.of(graph.numbers(ElementType.FLOAT64, Shape.of(count), forest.weights()), sorted.get(1)),
                Attribute.of("axis", 0));
        Tensor reached = graph.node("CumSum", ElementType.FLOAT64, numbers.shape(), List.of(weights, graph.index(1)));
        Shape one = numbers.shape().with(1, Dim.of(1));
        Tensor total = graph.node(
                "Gather",
                ElementType.FLOAT64,
                one,
                List.of(reached, graph.constant((long) count - 1)),
                Attribute.of("axis", 1));
        Tensor half =
                graph.node("Mul", ElementType.FLOAT64, one, List.of(total, graph.scalar(ElementType.FLOAT64, 0.5)));
        Tensor enough = graph.node("GreaterOrEqual", ElementType.BOOL, numbers.shape(), List.of(reached, half));
        Tensor first = graph.node(
                "ArgMax",
                ElementType.INT64,
                one,
                List.of(graph.cast(enough, ElementType.INT32)),
                Attribute.of("axis", 1),
                Attribute.of("keepdims", 1));
        return graph.node("GatherElements", type, one, List.of(sorted.get(0), first), Attribute.of("axis", 1));
    }

    private Tensor argMax(Tensor scores) {
        return graph.node(
                "ArgMax",
                ElementType.INT64,
                new Shape(List.of(scores.size(0))),
                List.of(scores),
                Attribute.of("axis", 1),
                Attribute.of("keepdims", 0));
    }

    private Tensor atLeast(String comparison, Tensor score) {
        Tensor above = graph.node(comparison, ElementType.BOOL, score.shape(), List.of(score, number(0)));
        return graph.reshape(graph.cast(above, ElementType.INT64), new Shape(List.of(score.size(0))));
    }

    private Tensor divided(Tensor sums) {
        return forest.divisor() == 1 ? sums : binary("Div", sums, number(forest.divisor()));
    }

    private Tensor concat(Tensor a, Tensor b) {
        return graph.node("Concat", type, a.shape().with(1, Dim.of(2)), List.of(a, b), Attribute.of("axis", 1));
    }

    private Tensor number(double value) {
        return graph.scalar(type, value);
    }

    private Tensor binary(String operator, Tensor a, Tensor b) {
        return graph.node(operator, type, a.rank() == 0 ? b.shape() : a.shape(), List.of(a, b));
    }
}
