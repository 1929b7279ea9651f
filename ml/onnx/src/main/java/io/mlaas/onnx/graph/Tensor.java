package io.mlaas.onnx.graph;

/** A value of the graph: the name that nodes refer to, with its type and shape. */
public record Tensor(String name, ElementType type, Shape shape) {
    public int rank() {
        return shape.rank();
    }

    public Dim size(int axis) {
        return shape.size(axis);
    }
}
