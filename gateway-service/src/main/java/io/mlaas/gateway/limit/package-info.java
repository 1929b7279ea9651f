/** How much of what a client may send: requests, bytes, and how slowly. */
@NullMarked
package io.mlaas.gateway.limit;

import org.jspecify.annotations.NullMarked;
