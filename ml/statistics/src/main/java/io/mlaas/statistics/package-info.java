/**
 * Are residuals normal, are they independent, and how wide is the interval that holds the next value? Tests of normality,
 * the Ljung–Box test, and prediction intervals with their coverage.
 */
@NullMarked
package io.mlaas.statistics;

import org.jspecify.annotations.NullMarked;
