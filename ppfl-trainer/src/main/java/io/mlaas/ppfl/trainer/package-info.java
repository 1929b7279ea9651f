/**
 * The built-in image of simulated federations, {@code mlaas/federated:1}: from a plan and a dataset to a trained model,
 * with server, clients or teachers in one process.
 */
@NullMarked
package io.mlaas.ppfl.trainer;

import org.jspecify.annotations.NullMarked;
