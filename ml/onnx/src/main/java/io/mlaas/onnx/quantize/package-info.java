/** Makes ONNX models smaller by storing their weights in 8 bits. */
@NullMarked
package io.mlaas.onnx.quantize;

import org.jspecify.annotations.NullMarked;
