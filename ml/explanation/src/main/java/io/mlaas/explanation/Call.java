package io.mlaas.explanation;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.mlaas.onnx.numeric.Array;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One node of the graph with what reaches it. */
record Call(NodeProto node, List<@Nullable Traced> inputs, Tape tape) {

    boolean has(int input) {
        return input < inputs.size() && inputs.get(input) != null;
    }

    Traced input(int index) {
        Traced input = index < inputs.size() ? inputs.get(index) : null;
        if (input == null) {
            throw new ExplanationRefused(place() + ": input " + index + " is missing (expected: a tensor)");
        }
        return input;
    }

    /** An input that does not depend on the model's. */
    Array constant(int index) {
        return input(index).now();
    }

    int[] integers(int index) {
        return constant(index).integers();
    }

    /** Such as {@code GRU at encoder.gru/GRU}. */
    String place() {
        return node.getOpType() + " at " + node.getName();
    }

    private @Nullable AttributeProto attribute(String name) {
        return node.getAttributeList().stream()
                .filter(a -> a.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    boolean hasAttribute(String name) {
        return attribute(name) != null;
    }

    int integer(String name, int otherwise) {
        AttributeProto attribute = attribute(name);
        return attribute == null ? otherwise : Math.toIntExact(attribute.getI());
    }

    double real(String name, double otherwise) {
        AttributeProto attribute = attribute(name);
        return attribute == null ? otherwise : attribute.getF();
    }

    String text(String name, String otherwise) {
        AttributeProto attribute = attribute(name);
        return attribute == null ? otherwise : attribute.getS().toStringUtf8();
    }

    List<String> texts(String name) {
        AttributeProto attribute = attribute(name);
        return attribute == null
                ? List.of()
                : attribute.getStringsList().stream().map(s -> s.toStringUtf8()).toList();
    }

    int[] integersOf(String name, int... otherwise) {
        AttributeProto attribute = attribute(name);
        return attribute == null
                ? otherwise
                : attribute.getIntsList().stream().mapToInt(Math::toIntExact).toArray();
    }

    /** Axes from the second input or the attribute, counted from the front; all where none is given. */
    int[] axes(int rank) {
        int[] axes = has(1) ? integers(1) : integersOf("axes");
        if (axes.length == 0) {
            return integer("noop_with_empty_axes", 0) == 1
                    ? new int[0]
                    : IntStream.range(0, rank).toArray();
        }
        return IntStream.of(axes).map(a -> a < 0 ? a + rank : a).toArray();
    }

    int axis(int otherwise, int rank) {
        int axis = integer("axis", otherwise);
        return axis < 0 ? axis + rank : axis;
    }
}
