/** Runs the program behind an image reference: one interface, several places where programs can run. */
@NullMarked
package io.mlaas.training.runner;

import org.jspecify.annotations.NullMarked;
