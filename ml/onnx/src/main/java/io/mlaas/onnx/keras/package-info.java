/** Keras 3 archives ({@code .keras}): decoded, translated layer by layer, and evaluated as a reference. */
@NullMarked
package io.mlaas.onnx.keras;

import org.jspecify.annotations.NullMarked;
