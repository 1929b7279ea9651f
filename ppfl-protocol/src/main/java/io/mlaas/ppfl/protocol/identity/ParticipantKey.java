package io.mlaas.ppfl.protocol.identity;

import java.io.IOException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** The key of a participant, made where it is used: of it only the certificate signing request leaves the house. */
public final class ParticipantKey {

    private final KeyPair pair;

    private ParticipantKey(KeyPair pair) {
        this.pair = pair;
    }

    public static ParticipantKey generate() {
        return new ParticipantKey(EcKeys.generate());
    }

    /** A PKCS #10 request in PEM; its signature proves that the asker holds the key. */
    public String certificateRequest(String participant) {
        try {
            var subject = new X500Principal("CN=" + Participant.requireName(participant));
            var request = new JcaPKCS10CertificationRequestBuilder(subject, pair.getPublic())
                    .build(new JcaContentSignerBuilder(EcKeys.SIGNATURE).build(pair.getPrivate()));
            return Pem.write("CERTIFICATE REQUEST", request.getEncoded());
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("a certificate request could not be signed", e);
        }
    }

    /** Key (PKCS #8, PEM) to be kept in a file that only its owner reads. */
    public String pem() {
        return Pem.write("PRIVATE KEY", pair.getPrivate().getEncoded());
    }

    /**
     * What a participant proves itself with, from what it kept.
     *
     * @throws IdentityException the key is not that of the certificate
     */
    public static Credentials credentials(String keyPem, String certificatePem) {
        var certificate = Pem.certificate(certificatePem);
        var key = EcKeys.fromPkcs8(Pem.read("PRIVATE KEY", keyPem));
        EcKeys.requirePair(key, certificate.getPublicKey());
        return new Credentials(key, certificate);
    }

    /** A private key and the certificate of its public key. */
    public record Credentials(PrivateKey key, X509Certificate certificate) {

        public Participant participant() {
            return Participant.of(certificate);
        }

        @Override
        public String toString() {
            return "credentials of " + certificate.getSubjectX500Principal();
        }
    }
}
