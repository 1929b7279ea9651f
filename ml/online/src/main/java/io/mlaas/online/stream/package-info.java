/** Streams of the literature on learning from streams, from a seed: to test learners, and to compare them. */
@NullMarked
package io.mlaas.online.stream;

import org.jspecify.annotations.NullMarked;
