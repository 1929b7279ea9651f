/** The steps of a pipeline: each is declared in JSON, checks its columns beforehand, and keeps a bounded state per source. */
@NullMarked
package io.mlaas.transform.step;

import org.jspecify.annotations.NullMarked;
