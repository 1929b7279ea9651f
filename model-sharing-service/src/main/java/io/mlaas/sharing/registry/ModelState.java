package io.mlaas.sharing.registry;

/** Where a model is in its life. */
enum ModelState {
    /** its contract is not mined yet */
    PENDING,
    /** waits for training */
    REGISTERED,
    TRAINING,
    /** its result is stored but not yet verified on chain */
    STORED,
    TRAINED,
    FAILED,
    CANCELLED,
    /** its bytes were found to differ from what the chain says */
    QUARANTINED,
    /** by its owner; only the chain's record is left */
    DELETED;

    /** Whether a training job may work on it, or may be started for it. */
    boolean open() {
        return switch (this) {
            case REGISTERED, TRAINING, FAILED, CANCELLED -> true;
            case PENDING, STORED, TRAINED, QUARANTINED, DELETED -> false;
        };
    }
}
