/** The one entrance of the platform: routes, identity, the start page and the API documents. */
@NullMarked
package io.mlaas.gateway;

import org.jspecify.annotations.NullMarked;
