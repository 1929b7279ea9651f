/** The main job, from a dataset to a verified ONNX model, as a user would do it through the gateway. */
@NullMarked
package io.mlaas.stack.demo;

import org.jspecify.annotations.NullMarked;
