/** Monitors: what is watched, against which reference, in which windows and by which rules. */
@NullMarked
package io.mlaas.monitoring.monitor;

import org.jspecify.annotations.NullMarked;
