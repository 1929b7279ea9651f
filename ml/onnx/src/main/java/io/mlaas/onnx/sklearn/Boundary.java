package io.mlaas.onnx.sklearn;

/**
 * A row that comes to a node of a tree and lies on its threshold, or has what the node asks for.
 *
 * @param row as the trees take it
 * @param column which the node asks about
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Boundary(double[] row, int column) {}
