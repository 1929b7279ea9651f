package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Small whole numbers and truth values that depend on no input: sizes, indices, masks. */
final class Folding {
    private static final int MAX_ELEMENTS = 1 << 14;
    private static final Set<String> TRUTHS = Set.of(
            "Less",
            "LessEqual",
            "Greater",
            "GreaterEqual",
            "Equal",
            "NotEqual",
            "LogicalAnd",
            "LogicalOr",
            "LogicalNot",
            "All",
            "Any");
    private static final Set<String> SAME_TYPE = Set.of(
            "AddV2",
            "Add",
            "Sub",
            "Mul",
            "FloorDiv",
            "FloorMod",
            "Maximum",
            "Minimum",
            "Neg",
            "Range",
            "Cumsum",
            "Tile",
            "Reshape",
            "ExpandDims",
            "Squeeze",
            "Transpose",
            "StridedSlice",
            "GatherV2",
            "BroadcastTo",
            "Sum",
            "Max",
            "Min",
            "Prod",
            "ReverseV2",
            "Slice",
            "Pad",
            "ZerosLike",
            "OnesLike");

    private Folding() {}

    /** The result where it can be known already. */
    static Optional<Traced> fold(Node node, List<Traced> in) {
        boolean known = !in.isEmpty()
                && in.stream()
                        .allMatch(v -> v.isLiteral() && isSmall(v.constant().orElseThrow()));
        Optional<ElementType> type = known ? type(node, in) : Optional.empty();
        if (type.isEmpty() || type.get().isFloating()) {
            return Optional.empty();
        }
        List<Array> arrays =
                in.stream().map(v -> v.constant().orElseThrow().values()).toList();
        Array result = Evaluation.compute(node, arrays);
        return Optional.of(Traced.of(new Constant(type.get(), result), ""));
    }

    private static boolean isSmall(Constant constant) {
        return constant.values().length() <= MAX_ELEMENTS;
    }

    private static Optional<ElementType> type(Node node, List<Traced> in) {
        String operator = node.operator();
        if (TRUTHS.contains(operator)) {
            return Optional.of(ElementType.BOOL);
        }
        if (SAME_TYPE.contains(operator)) {
            return in.getFirst().constant().map(Constant::type);
        }
        return switch (operator) {
            case "Fill", "SelectV2" -> in.get(1).constant().map(Constant::type);
            case "Cast" -> Optional.of(Constant.type(node.attribute("DstT").number(6, 1)));
            default -> Optional.empty();
        };
    }
}
