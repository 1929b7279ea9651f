/** What a learner's answers owe to each of its inputs, relative to a reference. */
@NullMarked
package io.mlaas.learning.explanation;

import org.jspecify.annotations.NullMarked;
