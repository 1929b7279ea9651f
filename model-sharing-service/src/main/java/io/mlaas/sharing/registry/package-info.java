/** Datasets and models: who may see them, what state they are in, and the API. */
@NullMarked
package io.mlaas.sharing.registry;

import org.jspecify.annotations.NullMarked;
