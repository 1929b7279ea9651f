/**
 * Evidence about datasets and models that an outsider can check: statements of how a model came about, signatures,
 * commitments, and proofs that their digests are on the chain. It is written down with the change that calls for it, and
 * brought about step by step, whatever is away meanwhile.
 */
@NullMarked
package io.mlaas.sharing.provenance;

import org.jspecify.annotations.NullMarked;
