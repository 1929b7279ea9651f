/** The Open Inference Protocol, version 2, over REST and gRPC: what existing clients of model servers speak. */
@NullMarked
package io.mlaas.learning.inference;

import org.jspecify.annotations.NullMarked;
