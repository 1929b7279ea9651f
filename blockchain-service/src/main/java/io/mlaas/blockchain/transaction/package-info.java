/**
 * Gets transactions mined exactly once: a signed transaction is stored with its nonce before it is sent, and sent again
 * for as long as the chain does not have it.
 */
@NullMarked
package io.mlaas.blockchain.transaction;

import org.jspecify.annotations.NullMarked;
