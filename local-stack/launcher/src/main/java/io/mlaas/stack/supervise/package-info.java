/** Keeps every server and service of the local stack running, and remembers what runs. */
@NullMarked
package io.mlaas.stack.supervise;

import org.jspecify.annotations.NullMarked;
