/** Process groups for data-parallel training: ranks, a rendezvous, collectives, and workers on one machine. */
@NullMarked
package io.mlaas.distributed;

import org.jspecify.annotations.NullMarked;
