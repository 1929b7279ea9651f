/** Learning from data that stays where it is. */
@NullMarked
package io.mlaas.federated;

import org.jspecify.annotations.NullMarked;
