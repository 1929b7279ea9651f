/** One shape for every error: RFC 9457 problem details with a stable code, who is to blame and what to do. */
@NullMarked
package io.mlaas.kit.problem;

import org.jspecify.annotations.NullMarked;
