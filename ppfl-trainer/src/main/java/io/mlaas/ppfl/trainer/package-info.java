/** The built-in image of simulated federations. */
@NullMarked
package io.mlaas.ppfl.trainer;

import org.jspecify.annotations.NullMarked;
