/**
 * How good a model probably is while nobody has labels yet: confidence-based estimation of classifiers (CBPE) and direct loss
 * estimation of regressions (DLE), as NannyML does it. Both take for granted that the relation between inputs and target is the
 * one of the reference (no concept drift): they see what a change of the inputs does to the model, and nothing else.
 */
@NullMarked
package io.mlaas.statistics.estimation;

import org.jspecify.annotations.NullMarked;
