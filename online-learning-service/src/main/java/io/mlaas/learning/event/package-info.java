/** What learners predict, told as events: for whoever watches them. */
@NullMarked
package io.mlaas.learning.event;

import org.jspecify.annotations.NullMarked;
