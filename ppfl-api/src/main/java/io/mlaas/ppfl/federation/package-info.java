/** Federations from being asked for to their end: their store, the API that is the same for all, and the seam to what runs them. */
@NullMarked
package io.mlaas.ppfl.federation;

import org.jspecify.annotations.NullMarked;
