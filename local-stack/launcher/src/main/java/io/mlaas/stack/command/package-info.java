/** The mlaas command line. */
@NullMarked
package io.mlaas.stack.command;

import org.jspecify.annotations.NullMarked;
