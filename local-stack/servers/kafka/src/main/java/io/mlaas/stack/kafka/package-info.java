/** One Kafka broker and controller (KRaft) in a process of its own, for one machine. */
@NullMarked
package io.mlaas.stack.kafka;

import org.jspecify.annotations.NullMarked;
