/** Signed envelopes: DSSE 1.0, by ECDSA. */
@NullMarked
package io.mlaas.provenance.dsse;

import org.jspecify.annotations.NullMarked;
