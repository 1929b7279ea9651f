/** Translates trained models to ONNX, with a certificate that both calculate the same. */
@NullMarked
package io.mlaas.translation;

import org.jspecify.annotations.NullMarked;
