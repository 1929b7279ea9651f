/** Models that keep learning: each learns from a log that nothing gets lost from, and answers while it learns. */
@NullMarked
package io.mlaas.learning;

import org.jspecify.annotations.NullMarked;
