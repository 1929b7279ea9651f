/** The collective worker: Gloo through JavaCPP, in a process beside the rank's own. */
@NullMarked
package io.mlaas.distributed.gloo;

import org.jspecify.annotations.NullMarked;
