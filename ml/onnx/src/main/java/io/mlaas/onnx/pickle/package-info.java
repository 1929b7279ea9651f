/** Reads Python pickles and joblib files as data: an allow-list of names, and nothing is ever executed. */
@NullMarked
package io.mlaas.onnx.pickle;

import org.jspecify.annotations.NullMarked;
