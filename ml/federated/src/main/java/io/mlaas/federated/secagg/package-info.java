/**
 * Secure aggregation: a server learns the sum of its clients' vectors and nothing else of any of them, though clients
 * may vanish at every step. K. Bonawitz et al., "Practical Secure Aggregation for Privacy-Preserving Machine Learning",
 * CCS 2017, figure 4, with the consistency check of its version for servers that lie.
 *
 * <p>{@link io.mlaas.federated.secagg.SecAggClient} and {@link io.mlaas.federated.secagg.SecAggServer} are state
 * machines without input or output; every {@link io.mlaas.federated.secagg.SecAggMessage} has a binary form.
 */
@NullMarked
package io.mlaas.federated.secagg;

import org.jspecify.annotations.NullMarked;
