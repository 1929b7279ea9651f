/** The energy scenario: meters publish over MQTT, learners forecast generation and, from its model, consumption. */
@NullMarked
package io.mlaas.stack.energy;

import org.jspecify.annotations.NullMarked;
