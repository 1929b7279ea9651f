/**
 * Estimators of scikit-learn, as a pickle holds them: written as ONNX by the classes named Nodes, evaluated in 64-bit floats
 * by those named Numbers. The two share only how weights are read from the decoded objects.
 */
@NullMarked
package io.mlaas.onnx.sklearn;

import org.jspecify.annotations.NullMarked;
