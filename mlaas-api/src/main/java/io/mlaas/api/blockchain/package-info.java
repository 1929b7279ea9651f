/** The internal interface of blockchain-service: contracts that record datasets and models on chain. */
@NullMarked
package io.mlaas.api.blockchain;

import org.jspecify.annotations.NullMarked;
