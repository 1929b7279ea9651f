/** Predictions and labels for monitors: how fast they become durable, and that each counts once whatever dies. */
@NullMarked
package io.mlaas.bench.monitoring;

import org.jspecify.annotations.NullMarked;
