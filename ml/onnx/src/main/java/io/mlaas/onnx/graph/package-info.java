/** Builds an ONNX graph: typed values with symbolic shapes, nodes, initialisers, deterministic bytes. */
@NullMarked
package io.mlaas.onnx.graph;

import org.jspecify.annotations.NullMarked;
