package io.mlaas.federated.plan;

import org.jspecify.annotations.Nullable;

/**
 * What is trained on.
 *
 * @param datasetId a registered dataset; null: the built-in digits
 * @param test share held out for measuring, in real mode of each client's own samples
 * @param publicShare of engine fedpate: share whose features are public and which the teachers label
 */
public record DataPlan(@Nullable String datasetId, double test, double publicShare) {}
