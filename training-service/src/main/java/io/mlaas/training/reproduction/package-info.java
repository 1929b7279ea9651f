/** Trains a model again, compares what comes out with what was registered, and looks for the causes of a difference. */
@NullMarked
package io.mlaas.training.reproduction;

import org.jspecify.annotations.NullMarked;
