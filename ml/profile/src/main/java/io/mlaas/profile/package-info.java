/**
 * Profiles of columns that are small however many values they saw, and that merge: device by device, window by window, up to a
 * whole company. Quantiles are KLL sketches (Karnin, Lang and Liberty 2016), numbers of distinct values HyperLogLog, frequent
 * categories Misra and Gries' summary, all three by Apache DataSketches; counts, means and deviations are exact.
 */
@NullMarked
package io.mlaas.profile;

import org.jspecify.annotations.NullMarked;
