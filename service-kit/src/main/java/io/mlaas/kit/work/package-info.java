/** Work that goes on beside requests. */
@NullMarked
package io.mlaas.kit.work;

import org.jspecify.annotations.NullMarked;
