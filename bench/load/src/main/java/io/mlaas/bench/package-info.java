/** Load for a running local stack, measured beside the physical floor in the same run. */
@NullMarked
package io.mlaas.bench;

import org.jspecify.annotations.NullMarked;
