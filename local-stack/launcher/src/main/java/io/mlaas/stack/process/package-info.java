/** Starting, recognising and ending the operating system's processes; ports; where the repository lies. */
@NullMarked
package io.mlaas.stack.process;

import org.jspecify.annotations.NullMarked;
