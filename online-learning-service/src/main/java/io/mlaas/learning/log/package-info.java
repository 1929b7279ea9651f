/** The log that learners learn from: a Kafka topic, a learner's entries in one partition and in order. */
@NullMarked
package io.mlaas.learning.log;

import org.jspecify.annotations.NullMarked;
