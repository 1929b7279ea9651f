/** The internal interface and the events of training-service. */
@NullMarked
package io.mlaas.api.training;

import org.jspecify.annotations.NullMarked;
