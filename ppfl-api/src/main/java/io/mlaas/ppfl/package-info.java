/** One API for privacy-preserving federated learning. */
@NullMarked
package io.mlaas.ppfl;

import org.jspecify.annotations.NullMarked;
