/** Forecasts of 24 hours from 36, as windows over an hourly series, and what they are worth beside saying the obvious. */
@NullMarked
package io.mlaas.energy.forecast;

import org.jspecify.annotations.NullMarked;
