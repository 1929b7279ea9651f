/** SavedModels of TensorFlow that bring a training signature, as online learners. */
@NullMarked
package io.mlaas.online.tensorflow;

import org.jspecify.annotations.NullMarked;
