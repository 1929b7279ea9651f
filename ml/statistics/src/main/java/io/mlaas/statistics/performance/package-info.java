/**
 * How good predictions were: regression and classification quality, calibration, intervals, and where errors lean. Every
 * accumulator adds rows one by one and merges with another of its kind; sums are exact, so that neither the order of the rows
 * nor the way in which they were merged changes a digit of what is reported.
 */
@NullMarked
package io.mlaas.statistics.performance;

import org.jspecify.annotations.NullMarked;
