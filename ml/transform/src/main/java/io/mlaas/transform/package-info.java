/**
 * Declared transformer pipelines: from the messages of devices to the rows that a learner takes, and from its predictions
 * back. Training and serving run the same code.
 */
@NullMarked
package io.mlaas.transform;

import org.jspecify.annotations.NullMarked;
