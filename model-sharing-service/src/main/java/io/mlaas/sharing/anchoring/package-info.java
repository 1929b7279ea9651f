/** Steps on the chain: written down with the change that needs them, taken until they succeed. */
@NullMarked
package io.mlaas.sharing.anchoring;

import org.jspecify.annotations.NullMarked;
