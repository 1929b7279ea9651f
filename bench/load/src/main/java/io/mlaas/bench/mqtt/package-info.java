/** Devices that publish to the broker of a running local stack, and what became of their messages. */
@NullMarked
package io.mlaas.bench.mqtt;

import org.jspecify.annotations.NullMarked;
