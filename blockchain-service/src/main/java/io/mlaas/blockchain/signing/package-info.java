/** Signs evidence (statements, models) with keys of the companies and of the platform, which are published on the chain. */
@NullMarked
package io.mlaas.blockchain.signing;

import org.jspecify.annotations.NullMarked;
