/** Windows: what came into one, when it closes, and its report. */
@NullMarked
package io.mlaas.monitoring.window;

import org.jspecify.annotations.NullMarked;
