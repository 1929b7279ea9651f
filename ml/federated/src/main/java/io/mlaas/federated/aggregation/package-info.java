/** One model made of many clients' updates: means, robust statistics, and the server's optimisers. */
@NullMarked
package io.mlaas.federated.aggregation;

import org.jspecify.annotations.NullMarked;
