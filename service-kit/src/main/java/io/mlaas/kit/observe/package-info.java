/** Correlation ids through requests, logs and calls. */
@NullMarked
package io.mlaas.kit.observe;

import org.jspecify.annotations.NullMarked;
