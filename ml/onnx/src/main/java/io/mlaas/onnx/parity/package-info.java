/** Compares a translated model with its source and certifies the result. */
@NullMarked
package io.mlaas.onnx.parity;

import org.jspecify.annotations.NullMarked;
