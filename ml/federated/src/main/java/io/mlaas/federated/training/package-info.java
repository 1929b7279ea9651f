/** What a client does in a round, and how its update is kept short and covered with noise. */
@NullMarked
package io.mlaas.federated.training;

import org.jspecify.annotations.NullMarked;
