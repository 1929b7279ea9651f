/** The MQTT broker that devices send to, as this service sees it: where it is and how something is published there. */
@NullMarked
package io.mlaas.learning.mqtt;

import org.jspecify.annotations.NullMarked;
