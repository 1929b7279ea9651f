/** Queues and runs training jobs: fetches what a job may use, runs its image, registers what it wrote. */
@NullMarked
package io.mlaas.training;

import org.jspecify.annotations.NullMarked;
