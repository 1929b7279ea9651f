/**
 * Linear models learned one row at a time: regression, binary and one-against-all classification, softmax; by stochastic
 * gradient descent as scikit-learn's {@code partial_fit} does it, AdaGrad, FTRL-proximal and passive-aggressive steps.
 */
@NullMarked
package io.mlaas.online.linear;

import org.jspecify.annotations.NullMarked;
