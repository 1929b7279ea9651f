/** The internal interface and the events of model-sharing-service, the registry. */
@NullMarked
package io.mlaas.api.sharing;

import org.jspecify.annotations.NullMarked;
