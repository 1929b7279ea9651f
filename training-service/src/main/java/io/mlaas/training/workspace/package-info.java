/** A job's own directory: what it may read, what it wrote, and its log. */
@NullMarked
package io.mlaas.training.workspace;

import org.jspecify.annotations.NullMarked;
