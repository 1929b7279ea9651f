/** What a federation server and its clients say to one another. */
@NullMarked
package io.mlaas.ppfl.protocol;

import org.jspecify.annotations.NullMarked;
