/** Reads TorchScript archives as inert data: the zip, the pickles, the tensors. */
@NullMarked
package io.mlaas.onnx.torchscript;

import org.jspecify.annotations.NullMarked;
