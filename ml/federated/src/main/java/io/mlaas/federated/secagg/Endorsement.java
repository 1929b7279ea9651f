package io.mlaas.federated.secagg;

/**
 * Signatures that clients know one another by, which is what a lying server cannot make. As good as the way by which
 * clients learn whose credential is whose.
 */
public interface Endorsement extends EndorsementCheck {

    /** What others verify this client's signatures with, for instance its certificate. */
    byte[] credential();

    byte[] sign(byte[] message);
}
