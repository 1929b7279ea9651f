/** How wide an interval around a learner's prediction must be to hold a given share of what comes. */
@NullMarked
package io.mlaas.learning.interval;

import org.jspecify.annotations.NullMarked;
