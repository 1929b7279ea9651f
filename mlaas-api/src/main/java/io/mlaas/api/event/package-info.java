/** The envelope of every event: CloudEvents 1.0, structured JSON, on Kafka. */
@NullMarked
package io.mlaas.api.event;

import org.jspecify.annotations.NullMarked;
