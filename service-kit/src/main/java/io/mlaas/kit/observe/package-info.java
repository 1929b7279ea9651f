/** Correlation ids through requests, logs and calls; families of gauges. */
@NullMarked
package io.mlaas.kit.observe;

import org.jspecify.annotations.NullMarked;
