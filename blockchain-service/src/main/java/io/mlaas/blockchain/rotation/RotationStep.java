package io.mlaas.blockchain.rotation;

/** What is to be done next. */
enum RotationStep {
    /** The new address is to be authorised on the chain; until then the old one signs. */
    AUTHORIZE,
    /** The new address signs; what the old one signed is still to be mined and confirmed. */
    DRAIN,
    /** The old address is to be revoked on the chain. */
    REVOKE,
    /** The old address can do nothing any more. */
    DONE
}
