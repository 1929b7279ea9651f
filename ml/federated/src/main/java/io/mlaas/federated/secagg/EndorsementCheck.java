package io.mlaas.federated.secagg;

/** Tells whether a credential is that of the client and the signature is by it. */
@FunctionalInterface
public interface EndorsementCheck {

    boolean verify(String client, byte[] credential, byte[] message, byte[] signature);
}
