package io.mlaas.ppfl.client;

import io.mlaas.federated.secagg.Endorsement;
import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.identity.ParticipantKey;
import io.mlaas.ppfl.protocol.identity.ParticipantSignatures;
import java.security.cert.CertificateEncodingException;

/** Signs with the key that this client enrolled, and knows others by the certificates of the kit's authority. */
final class CertifiedEndorsement implements Endorsement {
    private final ParticipantKey.Credentials credentials;
    private final ParticipantSignatures signatures;

    CertifiedEndorsement(EnrolmentKit kit, ParticipantKey.Credentials credentials) {
        this.credentials = credentials;
        this.signatures = new ParticipantSignatures(kit.federation(), kit.caCertificate());
    }

    @Override
    public byte[] credential() {
        try {
            return credentials.certificate().getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("this client's certificate cannot be encoded", e);
        }
    }

    @Override
    public byte[] sign(byte[] message) {
        return ParticipantSignatures.sign(credentials, message);
    }

    @Override
    public boolean verify(String client, byte[] credential, byte[] message, byte[] signature) {
        return signatures.verify(client, credential, message, signature);
    }
}
