/** What a file is, to be compared with what the chain says it is. */
@NullMarked
package io.mlaas.stack.evidence;

import org.jspecify.annotations.NullMarked;
