/** One HiveMQ CE broker that knows who may connect and which topics each may use. */
@NullMarked
package io.mlaas.stack.mqtt;

import org.jspecify.annotations.NullMarked;
