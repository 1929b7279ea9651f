/**
 * FedPATE: teachers that each know one client's samples vote on public samples, and a student learns from what the
 * noisy votes say (Papernot et al., Semi-supervised Knowledge Transfer for Deep Learning from Private Training Data,
 * ICLR 2017; Scalable Private Learning with PATE, ICLR 2018). Neither the teachers nor their votes are published.
 */
@NullMarked
package io.mlaas.federated.pate;

import org.jspecify.annotations.NullMarked;
