package io.mlaas.api.blockchain;

/** What an anchored digest is of: a file, or a document exactly as it is served. */
public enum AnchorKind {
    /** a dataset's file */
    DATASET,
    /** a model's file */
    MODEL,
    /** the file of a model that was translated from another */
    TRANSLATION,
    /** what a translation is certified by */
    CERTIFICATE,
    /** a signed statement of how a model came about */
    STATEMENT,
    /** the subject of an OpenSSF Model Signing bundle */
    SIGNATURE,
    /** a signed verdict of a reproduction */
    VERDICT,
    /** a signed statement of salted commitments */
    COMMITMENTS,
    /** an entry of a privacy ledger, with salt */
    PRIVACY_ENTRY
}
