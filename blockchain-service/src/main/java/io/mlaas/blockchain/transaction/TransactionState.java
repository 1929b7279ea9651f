package io.mlaas.blockchain.transaction;

/** How far a stored transaction is. */
enum TransactionState {
    /** Signed and stored, perhaps sent; to be mined. */
    SIGNED,
    /** On the chain, successful. */
    MINED,
    /** On the chain, in vain. */
    REVERTED,
    /** Another transaction took its nonce: it can never be mined. */
    DISPLACED
}
