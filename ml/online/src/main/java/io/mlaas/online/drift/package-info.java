/** Detectors of change in a stream of numbers, most often the errors of a learner: ADWIN and DDM. */
@NullMarked
package io.mlaas.online.drift;

import org.jspecify.annotations.NullMarked;
