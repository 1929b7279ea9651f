/** Noise: Laplace's and Gauss's, from a stream that nobody can guess who does not know its secret. */
@NullMarked
package io.mlaas.privacy.mechanism;

import org.jspecify.annotations.NullMarked;
