/** Signatures of models: OpenSSF Model Signing v1.0, in Sigstore bundles. */
@NullMarked
package io.mlaas.provenance.signing;

import org.jspecify.annotations.NullMarked;
