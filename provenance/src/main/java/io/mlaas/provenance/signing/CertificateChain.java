package io.mlaas.provenance.signing;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.dsse.EvidenceKey;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** From a signing certificate to an authority that is believed (RFC 5280). */
final class CertificateChain {
    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    private static final String WHERE = "bundle.verificationMaterial.x509CertificateChain.certificates";

    private CertificateChain() {}

    /** The key of the first certificate, once each is found to be signed by the next, and the last by an authority. */
    static EvidenceKey verify(List<X509Certificate> chain, Set<X509Certificate> authorities, Instant at) {
        // The authority's own certificate may close the chain.
        List<X509Certificate> path = authorities.contains(chain.getLast()) ? chain.subList(0, chain.size() - 1) : chain;
        X509Certificate signing = chain.getFirst();
        if (!path.isEmpty()) {
            validate(path, authorities, at);
        }
        requireForSigning(signing);
        return EvidenceKey.of(signing.getPublicKey());
    }

    private static void validate(List<X509Certificate> path, Set<X509Certificate> authorities, Instant at) {
        try {
            PKIXParameters parameters = new PKIXParameters(authorities.stream()
                    .map(authority -> new TrustAnchor(authority, null))
                    .collect(Collectors.toSet()));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            CertPath certificates = CertificateFactory.getInstance("X.509").generateCertPath(path);
            CertPathValidator.getInstance("PKIX").validate(certificates, parameters);
        } catch (CertPathValidatorException e) {
            String where = e.getIndex() < 0 ? WHERE : WHERE + "[" + e.getIndex() + "]";
            throw new InvalidEvidenceException(where + ": " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new InvalidEvidenceException(WHERE + ": " + e.getMessage(), e);
        }
    }

    private static void requireForSigning(X509Certificate certificate) {
        try {
            boolean[] usage = certificate.getKeyUsage();
            List<String> purposes = certificate.getExtendedKeyUsage();
            boolean signs = usage != null && usage[0];
            if (!signs && (purposes == null || !purposes.contains(CODE_SIGNING))) {
                throw new InvalidEvidenceException(WHERE + "[0]: not for signing (expected: digitalSignature)");
            }
        } catch (CertificateParsingException e) {
            throw new InvalidEvidenceException(WHERE + "[0]: its extended key usage cannot be read", e);
        }
    }
}
