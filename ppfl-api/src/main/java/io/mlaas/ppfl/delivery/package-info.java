/** Copies the model of a federation to the bucket that its request names, with the keys that came with it. */
@NullMarked
package io.mlaas.ppfl.delivery;

import org.jspecify.annotations.NullMarked;
