/** Arrays of 64-bit floats and what reference evaluators calculate with them: plain loops, no ONNX. */
@NullMarked
package io.mlaas.onnx.numeric;

import org.jspecify.annotations.NullMarked;
