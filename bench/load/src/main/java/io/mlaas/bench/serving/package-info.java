/** Predictions at rising rates: a learner over REST and gRPC, another server beside it, and what the model itself takes. */
@NullMarked
package io.mlaas.bench.serving;

import org.jspecify.annotations.NullMarked;
