/** Devices that come over REST with a password of their own instead of a token of the identity provider. */
@NullMarked
package io.mlaas.gateway.device;

import org.jspecify.annotations.NullMarked;
