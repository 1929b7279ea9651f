/** The asset directory on the chain: deployed or found at the start, asked for assets, told which companies there are. */
@NullMarked
package io.mlaas.blockchain.directory;

import org.jspecify.annotations.NullMarked;
