/** From a trained model of the registry to an ONNX model of the registry, compared before it is registered. */
@NullMarked
package io.mlaas.translation.onnx;

import org.jspecify.annotations.NullMarked;
