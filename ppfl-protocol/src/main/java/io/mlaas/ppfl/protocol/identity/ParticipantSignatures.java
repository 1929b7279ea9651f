package io.mlaas.ppfl.protocol.identity;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/**
 * Signatures by which participants know one another's messages though the server carries them. Whose certificate is
 * whose, the federation's authority says, which is the server's: participants who do not trust it with that compare
 * certificates by another way.
 */
public final class ParticipantSignatures {

    private final String federation;
    private final X509Certificate authority;

    /** @param authorityPem of the kit, or of the server itself */
    public ParticipantSignatures(String federation, String authorityPem) {
        this.federation = federation;
        this.authority = Pem.certificate(authorityPem);
    }

    public static byte[] sign(ParticipantKey.Credentials credentials, byte[] message) {
        try {
            var signature = Signature.getInstance(EcKeys.SIGNATURE);
            signature.initSign(credentials.key());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a message could not be signed", e);
        }
    }

    /** @param certificate DER */
    public boolean verify(String participant, byte[] certificate, byte[] message, byte[] signature) {
        try {
            var of = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
            of.verify(authority.getPublicKey());
            of.checkValidity();
            var named = Participant.of(of);
            if (!named.name().equals(participant) || !named.federation().equals(federation)) {
                return false;
            }
            var verifier = Signature.getInstance(EcKeys.SIGNATURE);
            verifier.initVerify(of.getPublicKey());
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | IdentityException _) { // of no certificate, or none of this authority
            return false;
        }
    }
}
