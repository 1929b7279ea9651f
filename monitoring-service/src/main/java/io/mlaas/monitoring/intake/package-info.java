/** What was predicted and what turned out to be true: from Kafka and over REST, each once. */
@NullMarked
package io.mlaas.monitoring.intake;

import org.jspecify.annotations.NullMarked;
