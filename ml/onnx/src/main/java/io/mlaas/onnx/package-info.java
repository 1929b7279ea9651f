/**
 * Translates trained models to ONNX by reading their files, never by running them, and proves the result by comparing
 * it with the original on many inputs.
 */
@NullMarked
package io.mlaas.onnx;

import org.jspecify.annotations.NullMarked;
