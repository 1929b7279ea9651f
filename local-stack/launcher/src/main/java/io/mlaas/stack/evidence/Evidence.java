package io.mlaas.stack.evidence;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody shows of a file.
 *
 * @param file the dataset or model, or whatever else is anchored by its digest
 * @param proofs inclusion proofs, of the file or of what follows
 * @param signature an OpenSSF Model Signing bundle
 * @param provenance a signed statement about the file
 * @param disclosure a signed statement of commitments, with disclosures
 * @param keys public keys in PEM
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Evidence(
        Path file,
        List<byte[]> proofs,
        byte @Nullable [] signature,
        byte @Nullable [] provenance,
        byte @Nullable [] disclosure,
        List<String> keys) {
    public Evidence {
        proofs = List.copyOf(proofs);
        keys = List.copyOf(keys);
    }
}
