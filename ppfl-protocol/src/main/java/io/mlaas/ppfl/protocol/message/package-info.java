/** Large messages in pieces, and vectors as bytes. */
@NullMarked
package io.mlaas.ppfl.protocol.message;

import org.jspecify.annotations.NullMarked;
