/**
 * Detectors of change in a stream of numbers, such as the errors of a model or one of its features, a number at a time: ADWIN,
 * Page–Hinkley, KSWIN, DDM. Each one's state can be written and read exactly, so that it survives the end of its process.
 */
@NullMarked
package io.mlaas.statistics.stream;

import org.jspecify.annotations.NullMarked;
