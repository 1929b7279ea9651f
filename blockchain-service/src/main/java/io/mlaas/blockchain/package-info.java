/** Records datasets and models on the chain on behalf of companies, whose keys never leave this service. */
@NullMarked
package io.mlaas.blockchain;

import org.jspecify.annotations.NullMarked;
