/** Measures of how well predictions meet the truth, for classification and regression. */
@NullMarked
package io.mlaas.neural.evaluation;

import org.jspecify.annotations.NullMarked;
