/** One dataset dealt out to simulated clients: evenly, or as unevenly as data is in the world. */
@NullMarked
package io.mlaas.federated.partition;

import org.jspecify.annotations.NullMarked;
