package io.mlaas.ppfl.protocol.identity;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Accepts exactly the certificates for clients that the authority of their federation issued and did not revoke. */
final class ClientCertificates extends X509ExtendedTrustManager {

    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    private final FederationAuthorities authorities;
    private final Clock clock;

    ClientCertificates(FederationAuthorities authorities, Clock clock) {
        this.authorities = authorities;
        this.clock = clock;
    }

    /** @throws CertificateException names the participant and says why; its cause chooses the alert that TLS sends. */
    Participant verify(X509Certificate[] chain) throws CertificateException {
        var subject = chain[0].getSubjectX500Principal().getName();
        try {
            return verifyPath(chain);
        } catch (CertPathValidatorException e) {
            var reason = reason(e);
            authorities.refused(subject, reason);
            throw new CertificateException("certificate of " + subject + " " + reason, e);
        } catch (GeneralSecurityException | IdentityException e) {
            authorities.refused(subject, "is not one of a federation: " + e.getMessage());
            throw new CertificateException("certificate of " + subject + " is not one of a federation", e);
        }
    }

    private Participant verifyPath(X509Certificate[] chain) throws GeneralSecurityException {
        var participant = Participant.of(chain[0]);
        var authority = authorities
                .find(participant.federation())
                .orElseThrow(() ->
                        new CertPathValidatorException("no such federation", null, null, -1, BasicReason.UNSPECIFIED));
        var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(chain[0]));
        CertPathValidator.getInstance("PKIX").validate(path, parameters(authority));
        var purposes = chain[0].getExtendedKeyUsage();
        if (purposes == null || !purposes.contains(CLIENT_AUTHENTICATION)) {
            throw new CertificateException("not a certificate for a client");
        }
        if (authorities.revoked(participant.federation(), participant.serial())) {
            throw new CertPathValidatorException("revoked", null, null, -1, BasicReason.REVOKED);
        }
        return participant;
    }

    /** Revocation is asked of the server itself, which is the authority: no list needs to be published. */
    private PKIXParameters parameters(FederationAuthority authority) throws InvalidAlgorithmParameterException {
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(authority.certificate(), null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(clock.instant()));
        return parameters;
    }

    private static String reason(CertPathValidatorException e) {
        if (e.getReason() == BasicReason.REVOKED) {
            return "was revoked";
        }
        if (e.getReason() == BasicReason.EXPIRED) {
            return "has expired";
        }
        return "was not issued by the authority of its federation: " + e.getMessage();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        verify(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        verify(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        verify(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this side is the server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("this side is the server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("this side is the server");
    }

    /** None are listed: a stranger does not learn which federations there are. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
