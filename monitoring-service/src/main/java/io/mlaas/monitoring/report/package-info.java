/** The report of a window: counts, drift against the reference, performance. */
@NullMarked
package io.mlaas.monitoring.report;

import org.jspecify.annotations.NullMarked;
