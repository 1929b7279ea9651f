/** Lets people watch a federation: its live page and events, its report, its gauges. */
@NullMarked
package io.mlaas.ppfl.watch;

import org.jspecify.annotations.NullMarked;
