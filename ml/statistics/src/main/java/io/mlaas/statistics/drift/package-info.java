/**
 * Has a column, or a whole dataset, drifted from its reference? Two-sample tests and distances under the field's names, with the
 * choice of test, the binning and the thresholds of Evidently 0.7; drift of the dataset by the share of columns that drifted;
 * Benjamini–Hochberg's correction; a least effect, so that a million rows do not make everything drift; and drift of many
 * columns together, by maximum mean discrepancy and by the error of a PCA reconstruction.
 */
@NullMarked
package io.mlaas.statistics.drift;

import org.jspecify.annotations.NullMarked;
