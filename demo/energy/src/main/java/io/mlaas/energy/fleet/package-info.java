/** Meters of many buildings, sensors of theirs that fail, and a change of what they all consume. */
@NullMarked
package io.mlaas.energy.fleet;

import org.jspecify.annotations.NullMarked;
