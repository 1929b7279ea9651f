/** Many clients in one process. */
@NullMarked
package io.mlaas.federated.simulation;

import org.jspecify.annotations.NullMarked;
