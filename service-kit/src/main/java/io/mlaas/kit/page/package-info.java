/** Pages that need nothing but themselves. */
@NullMarked
package io.mlaas.kit.page;

import org.jspecify.annotations.NullMarked;
