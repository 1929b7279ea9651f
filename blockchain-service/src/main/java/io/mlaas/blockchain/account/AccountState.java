package io.mlaas.blockchain.account;

/** What an account may do. */
public enum AccountState {
    /** Made, but not yet authorised on the chain. */
    COMING,
    /** Signs for its organization. */
    IN_USE,
    /** Signs nothing new; what it signed is still on its way. */
    LEAVING,
    /** Revoked on the chain; what it registered stays its organization's. */
    RETIRED
}
