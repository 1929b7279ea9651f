/** Short forms for the ONNX nodes that translators need most, with the shapes of their results. */
@NullMarked
package io.mlaas.onnx.nodes;

import org.jspecify.annotations.NullMarked;
