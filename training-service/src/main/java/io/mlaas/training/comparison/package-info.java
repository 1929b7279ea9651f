/**
 * Where two results of a training differ first. Files are read as data, whatever they are: pickles are decoded by a machine
 * that knows tensors alone, and nothing of a model is ever executed.
 */
@NullMarked
package io.mlaas.training.comparison;

import org.jspecify.annotations.NullMarked;
