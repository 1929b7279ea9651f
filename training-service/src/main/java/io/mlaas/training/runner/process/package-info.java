/** Jobs as isolated local processes of a Linux machine. */
@NullMarked
package io.mlaas.training.runner.process;

import org.jspecify.annotations.NullMarked;
