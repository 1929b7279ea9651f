/** Runs ONNX models on ONNX Runtime. */
@NullMarked
package io.mlaas.onnx.runtime;

import org.jspecify.annotations.NullMarked;
