/** The keys by which companies, and the platform as registrar, act on the chain: made here, sealed, never given away. */
@NullMarked
package io.mlaas.blockchain.account;

import org.jspecify.annotations.NullMarked;
