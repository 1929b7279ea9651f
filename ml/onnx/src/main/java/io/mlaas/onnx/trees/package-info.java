/**
 * Ensembles of decision trees: one form for all sources, how it is read from XGBoost's, LightGBM's and scikit-learn's
 * models, evaluated in 64-bit floats, and written as ONNX.
 */
@NullMarked
package io.mlaas.onnx.trees;

import org.jspecify.annotations.NullMarked;
