/** Partially evaluates TorchScript: scalars and control flow are computed, tensor operators become ONNX nodes. */
@NullMarked
package io.mlaas.onnx.evaluate;

import org.jspecify.annotations.NullMarked;
