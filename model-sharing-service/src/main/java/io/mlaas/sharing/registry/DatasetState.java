package io.mlaas.sharing.registry;

/** Where a dataset is in its life. */
enum DatasetState {
    /** stored; its contract is not mined yet */
    PENDING,
    REGISTERED,
    /** the chain refused it */
    FAILED,
    /** its bytes were found to differ from what the chain says */
    QUARANTINED,
    /** by its owner; only the chain's record is left */
    DELETED
}
