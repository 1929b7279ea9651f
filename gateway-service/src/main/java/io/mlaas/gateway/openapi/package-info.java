/** The services' API documents in one place. */
@NullMarked
package io.mlaas.gateway.openapi;

import org.jspecify.annotations.NullMarked;
