/** Watches what models answer: whether their inputs drift, how good they are once labels come, and what is to be done. */
@NullMarked
package io.mlaas.monitoring;

import org.jspecify.annotations.NullMarked;
