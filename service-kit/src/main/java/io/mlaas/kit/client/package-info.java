/** Calls from one service to another: client credentials, the user's identity passed on, correlation. */
@NullMarked
package io.mlaas.kit.client;

import org.jspecify.annotations.NullMarked;
