/** The PyTorch engine: loaded offline, single-threaded and with reproducible arithmetic. */
@NullMarked
package io.mlaas.neural.engine;

import org.jspecify.annotations.NullMarked;
