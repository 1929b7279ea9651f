/** The registry of datasets and models: what is shared, whose it is, and whether it is still what the chain says. */
@NullMarked
package io.mlaas.sharing;

import org.jspecify.annotations.NullMarked;
