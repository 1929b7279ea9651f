/**
 * Merkle trees as RFC 6962 has them, with SHA-256: one root stands for many digests, and a path of hashes shows that a
 * digest is one of them.
 */
@NullMarked
package io.mlaas.provenance.merkle;

import org.jspecify.annotations.NullMarked;
