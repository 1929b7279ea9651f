/** Devices: what each of them measured in a window, rolled up to sites and the company, and which of them explain the drift. */
@NullMarked
package io.mlaas.monitoring.fleet;

import org.jspecify.annotations.NullMarked;
