package io.mlaas.ppfl.protocol.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authority of one federation (EC P-256, X.509 v3). It certifies its server under a name made of the
 * federation's id, so that the address by which a client reaches it does not matter, and participants by name.
 */
public final class FederationAuthority {

    /** Clocks of data owners may be slow. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(10);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final String federation;
    private final PrivateKey key;
    private final X509Certificate certificate;

    private FederationAuthority(String federation, PrivateKey key, X509Certificate certificate) {
        this.federation = Participant.requireFederation(federation);
        this.key = key;
        this.certificate = certificate;
    }

    public static FederationAuthority create(String federation, Instant now, Duration validity) {
        var pair = EcKeys.generate();
        var name = name(Participant.requireFederation(federation), "mlaas federation");
        try {
            var builder = builder(name, name, pair.getPublic(), now, now.plus(validity))
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new FederationAuthority(federation, pair.getPrivate(), sign(builder, pair.getPrivate()));
        } catch (IOException e) {
            throw new IllegalStateException("a certificate could not be encoded", e);
        }
    }

    /** The authority from what {@link #privateKey()} (kept sealed) and {@link #certificatePem()} gave. */
    public static FederationAuthority restore(byte[] privateKey, String certificatePem) {
        var certificate = Pem.certificate(certificatePem);
        var key = EcKeys.fromPkcs8(privateKey);
        EcKeys.requirePair(key, certificate.getPublicKey());
        var federation =
                Participant.attribute(certificate.getSubjectX500Principal().getName(), "O");
        if (federation == null || certificate.getBasicConstraints() < 0) {
            throw new IdentityException(
                    "certificate of " + certificate.getSubjectX500Principal() + ": not a federation's authority");
        }
        return new FederationAuthority(federation, key, certificate);
    }

    /** PKCS #8. */
    public byte[] privateKey() {
        return key.getEncoded();
    }

    public String certificatePem() {
        return Pem.certificate(certificate);
    }

    public String federation() {
        return federation;
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** The name by which clients ask for this federation's server (SNI) and that its certificate bears. */
    public static String serverName(String federation) {
        return Participant.requireFederation(federation) + ".federation.mlaas";
    }

    /**
     * A participant's certificate. The name is the one that the enrolment kit was made for: what the request calls
     * itself is not looked at.
     *
     * @param certificateRequest PKCS #10, PEM
     * @throws IdentityException no such request, its signature is not by its key, or the key is not on P-256
     */
    public Issued issue(String certificateRequest, String participant, Instant now, Duration validity) {
        var publicKey = provenKey(certificateRequest);
        var issued = leaf(
                name(federation, Participant.requireName(participant)),
                publicKey,
                now,
                validity,
                KeyPurposeId.id_kp_clientAuth,
                null);
        return new Issued(
                Pem.certificate(issued),
                issued.getSerialNumber(),
                issued.getNotAfter().toInstant());
    }

    /** A certified key for the server; made at each start, so that it needs no keeping. */
    ParticipantKey.Credentials serverCredentials(Instant now) {
        KeyPair pair = EcKeys.generate();
        var remaining = Duration.between(now, certificate.getNotAfter().toInstant());
        var issued = leaf(
                name(federation, "server"),
                pair.getPublic(),
                now,
                remaining,
                KeyPurposeId.id_kp_serverAuth,
                new GeneralNames(new GeneralName(GeneralName.dNSName, serverName(federation))));
        return new ParticipantKey.Credentials(pair.getPrivate(), issued);
    }

    private X509Certificate leaf(
            X500Name subject,
            PublicKey publicKey,
            Instant now,
            Duration validity,
            KeyPurposeId purpose,
            @Nullable GeneralNames alternatives) {
        var last = certificate.getNotAfter().toInstant();
        var until = now.plus(validity).isBefore(last) ? now.plus(validity) : last;
        if (!until.isAfter(now)) {
            throw new IdentityException("the authority of federation " + federation + " expired at " + last);
        }
        try {
            var issuer =
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
            var extensions = new JcaX509ExtensionUtils();
            var builder = builder(issuer, subject, publicKey, now, until)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purpose))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            extensions.createAuthorityKeyIdentifier(certificate.getPublicKey()));
            if (alternatives != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, alternatives);
            }
            return sign(builder, key);
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("a certificate could not be encoded", e);
        }
    }

    private static PublicKey provenKey(String certificateRequest) {
        try {
            var request = new JcaPKCS10CertificationRequest(Pem.read("CERTIFICATE REQUEST", certificateRequest));
            var publicKey = request.getPublicKey();
            EcKeys.requireP256(publicKey);
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(publicKey))) {
                throw new IdentityException("certificate request: not signed by the key that it is about");
            }
            return publicKey;
        } catch (IOException
                | GeneralSecurityException
                | OperatorException
                | PKCSException
                | IllegalArgumentException e) {
            throw new IdentityException("certificate request: not PKCS #10", e);
        }
    }

    private static X500Name name(String federation, String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, federation)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey publicKey, Instant now, Instant until) {
        var serial = new BigInteger(127, RANDOM).setBit(126);
        return new JcaX509v3CertificateBuilder(
                issuer, serial, Date.from(now.minus(CLOCK_SKEW)), Date.from(until), subject, publicKey);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(EcKeys.SIGNATURE).build(key)));
        } catch (OperatorException | CertificateException e) {
            throw new IllegalStateException("a certificate could not be signed", e);
        }
    }

    /** A certificate that was given out; its serial is what {@link FederationAuthorities#revoked} is asked by. */
    public record Issued(String certificatePem, BigInteger serial, Instant expires) {}
}
