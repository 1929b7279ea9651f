/** The data owner's part of a federation. */
@NullMarked
package io.mlaas.ppfl.client;

import org.jspecify.annotations.NullMarked;
