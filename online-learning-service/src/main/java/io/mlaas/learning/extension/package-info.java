/** Steps of transformers and algorithms that the operator of the service adds, in jars. */
@NullMarked
package io.mlaas.learning.extension;

import org.jspecify.annotations.NullMarked;
