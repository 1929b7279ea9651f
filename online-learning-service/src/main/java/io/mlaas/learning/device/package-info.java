/** Devices of a company: credentials for MQTT and REST, which end at once when they are revoked. */
@NullMarked
package io.mlaas.learning.device;

import org.jspecify.annotations.NullMarked;
