/** Digests on the chain: written down, gathered into batches, anchored by their roots, and proved. */
@NullMarked
package io.mlaas.blockchain.anchor;

import org.jspecify.annotations.NullMarked;
