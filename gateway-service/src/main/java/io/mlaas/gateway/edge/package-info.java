/** Where the outside ends: connections, TLS, other sites' pages, and what only those who run the platform may see. */
@NullMarked
package io.mlaas.gateway.edge;

import org.jspecify.annotations.NullMarked;
