/** Connections to addresses that users name: only to those that are nobody's inside. */
@NullMarked
package io.mlaas.kit.net;

import org.jspecify.annotations.NullMarked;
