/**
 * Messages on the way into the learners' log, from MQTT and from Kafka, and answers on their way out. It knows learners
 * only as {@link io.mlaas.learning.stream.Subscriber}s.
 */
@NullMarked
package io.mlaas.learning.stream;

import org.jspecify.annotations.NullMarked;
