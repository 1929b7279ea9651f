/** Trains a described network on the PyTorch engine, reproducibly from a declared seed. */
@NullMarked
package io.mlaas.neural.training;

import org.jspecify.annotations.NullMarked;
