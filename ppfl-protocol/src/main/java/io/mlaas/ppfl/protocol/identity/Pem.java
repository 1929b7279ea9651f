package io.mlaas.ppfl.protocol.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** The text form of DER (RFC 7468): one block, strictly of the expected type. */
final class Pem {

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private Pem() {}

    static String write(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    static byte[] read(String type, String pem) {
        var text = pem.strip();
        var begin = "-----BEGIN " + type + "-----";
        var end = "-----END " + type + "-----";
        if (!text.startsWith(begin) || !text.endsWith(end) || text.indexOf("-----BEGIN", begin.length()) >= 0) {
            throw new IdentityException("not one PEM block (expected: " + begin + " … " + end + ")");
        }
        try {
            return Base64.getDecoder()
                    .decode(text.substring(begin.length(), text.length() - end.length())
                            .replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new IdentityException("PEM block " + type + ": not Base64", e);
        }
    }

    static String certificate(X509Certificate certificate) {
        try {
            return write("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IdentityException("a certificate that cannot be encoded", e);
        }
    }

    static X509Certificate certificate(String pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(read("CERTIFICATE", pem)));
        } catch (GeneralSecurityException e) {
            throw new IdentityException("PEM block CERTIFICATE: not an X.509 certificate", e);
        }
    }
}
