/** How JSON is read: as its documents say, and nothing is guessed. */
@NullMarked
package io.mlaas.kit.json;

import org.jspecify.annotations.NullMarked;
