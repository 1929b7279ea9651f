/** The runner whose jobs are {@code TrainingJob}s: how a run becomes one, and what it tells of the run. */
@NullMarked
package io.mlaas.training.cluster.run;

import org.jspecify.annotations.NullMarked;
