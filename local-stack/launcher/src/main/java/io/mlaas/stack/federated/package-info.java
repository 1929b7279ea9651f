/** Ten data owners learn one model together, and nobody shows the others a picture. */
@NullMarked
package io.mlaas.stack.federated;

import org.jspecify.annotations.NullMarked;
