/** The {@code TrainingJob} resource and the manifests that it becomes: no cluster is asked here. */
@NullMarked
package io.mlaas.training.cluster.model;

import org.jspecify.annotations.NullMarked;
