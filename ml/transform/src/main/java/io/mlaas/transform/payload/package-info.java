/** From the bytes of a message to readings: a source, an event time and a JSON tree each. */
@NullMarked
package io.mlaas.transform.payload;

import org.jspecify.annotations.NullMarked;
