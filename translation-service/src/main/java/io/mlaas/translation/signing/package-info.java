/** The platform's signature under certificates, and the public keys to verify it with. */
@NullMarked
package io.mlaas.translation.signing;

import org.jspecify.annotations.NullMarked;
