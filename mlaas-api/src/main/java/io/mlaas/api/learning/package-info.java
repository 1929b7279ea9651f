/** What online-learning-service tells the other services. */
@NullMarked
package io.mlaas.api.learning;

import org.jspecify.annotations.NullMarked;
