/** A small grid: a photovoltaic plant, a site that consumes, and the meters that see their voltages and currents. */
@NullMarked
package io.mlaas.energy.grid;

import org.jspecify.annotations.NullMarked;
