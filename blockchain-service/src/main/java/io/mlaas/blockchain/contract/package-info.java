/** The contracts of datasets and models: made, read, and told a training's result. */
@NullMarked
package io.mlaas.blockchain.contract;

import org.jspecify.annotations.NullMarked;
