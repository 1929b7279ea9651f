/** TensorFlow 2 SavedModels: graph and variables decoded, translated operator by operator, and evaluated as a reference. */
@NullMarked
package io.mlaas.onnx.tensorflow;

import org.jspecify.annotations.NullMarked;
