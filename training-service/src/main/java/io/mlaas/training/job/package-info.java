/** The queue of training jobs and the steps that each goes through. */
@NullMarked
package io.mlaas.training.job;

import org.jspecify.annotations.NullMarked;
