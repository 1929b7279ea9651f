/** What differentially private mechanisms cost, and the mechanisms themselves. */
@NullMarked
package io.mlaas.privacy;

import org.jspecify.annotations.NullMarked;
