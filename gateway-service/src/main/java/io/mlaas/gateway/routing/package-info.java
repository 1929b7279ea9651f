/** Passes requests to the services that answer them, streaming both ways. */
@NullMarked
package io.mlaas.gateway.routing;

import org.jspecify.annotations.NullMarked;
