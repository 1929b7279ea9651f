/** The real servers of the local stack, each startable alone: PostgreSQL, Kafka, MQTT, S3, EVM, Keycloak. */
@NullMarked
package io.mlaas.stack.server;

import org.jspecify.annotations.NullMarked;
