/** Keeps and brings back all that a stack has stored. */
@NullMarked
package io.mlaas.stack.backup;

import org.jspecify.annotations.NullMarked;
