/**
 * Learners that learn from a stream, row by row, in bounded memory: what they learn from ({@link
 * io.mlaas.online.Schema}, {@link io.mlaas.online.Batch}), what they can do ({@link io.mlaas.online.Learner}), how they
 * are made from a JSON document ({@link io.mlaas.online.Algorithm}) and kept ({@link io.mlaas.online.LearnerState}).
 */
@NullMarked
package io.mlaas.online;

import org.jspecify.annotations.NullMarked;
