/** Simulated federations as training jobs: registered as models that are to be trained, followed, cancelled and ended. */
@NullMarked
package io.mlaas.ppfl.job;

import org.jspecify.annotations.NullMarked;
