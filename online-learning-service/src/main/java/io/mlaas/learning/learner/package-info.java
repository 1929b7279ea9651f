/** Learners: their documents, what they learn, where they stand, and what they answer. */
@NullMarked
package io.mlaas.learning.learner;

import org.jspecify.annotations.NullMarked;
