package io.mlaas.sharing.provenance;

import io.mlaas.api.blockchain.AnchorKind;
import java.util.Locale;

/** What is anchored of an asset. */
public enum EvidenceKind {
    /** the asset's file */
    FILE,
    /** an OpenSSF Model Signing bundle of a model's file */
    SIGNATURE,
    /** how the model came about, in the clear */
    STATEMENT,
    /** salted commitments to the facts of the statement */
    COMMITMENTS,
    /** a translation's certificate */
    CERTIFICATE,
    /** what came of training the model again; there may be several */
    VERDICT;

    /** As it is called in queries and problems. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether there is nothing to compose and to sign: its digest is known. */
    boolean isKnown() {
        return this == FILE || this == CERTIFICATE;
    }

    AnchorKind anchorKind(AssetKind asset, boolean translation) {
        return switch (this) {
            case FILE ->
                asset == AssetKind.DATASET
                        ? AnchorKind.DATASET
                        : translation ? AnchorKind.TRANSLATION : AnchorKind.MODEL;
            case SIGNATURE -> AnchorKind.SIGNATURE;
            case STATEMENT -> AnchorKind.STATEMENT;
            case COMMITMENTS -> AnchorKind.COMMITMENTS;
            case CERTIFICATE -> AnchorKind.CERTIFICATE;
            case VERDICT -> AnchorKind.VERDICT;
        };
    }
}
