/** Trainings on Kubernetes: the operator that keeps to the {@code TrainingJob} resources of a namespace. */
@NullMarked
package io.mlaas.training.cluster;

import org.jspecify.annotations.NullMarked;
