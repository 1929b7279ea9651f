/** Judges of translations, and the command {@code mlaas translate}: a model file to ONNX, with no server. */
@NullMarked
package io.mlaas.translate;

import org.jspecify.annotations.NullMarked;
