/** Predictions and labels in columns, as they are kept: the same whatever the order in which they came. */
@NullMarked
package io.mlaas.monitoring.rows;

import org.jspecify.annotations.NullMarked;
