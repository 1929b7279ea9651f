/** What the sun and the sky give a place at a time: position, clear-sky irradiance, clouds, air temperature. */
@NullMarked
package io.mlaas.energy.sun;

import org.jspecify.annotations.NullMarked;
