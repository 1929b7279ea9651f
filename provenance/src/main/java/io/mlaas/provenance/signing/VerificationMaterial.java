package io.mlaas.provenance.signing;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.dsse.EvidenceKey;
import io.mlaas.provenance.json.Members;
import io.mlaas.provenance.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a bundle says of who signed (section 4.1): one of three methods. */
public sealed interface VerificationMaterial {

    /** Of the DER of a certificate, which is longer than 255 bytes. */
    int SEQUENCE_HEADER = 4;

    /** A key that the verifier has to know, named by its {@link EvidenceKey#id()}. */
    record KeyHint(String hint) implements VerificationMaterial {}

    /** A key that the verifier has to know, shown: bundles of signers before 1.1. */
    record KeyShown(EvidenceKey key) implements VerificationMaterial {}

    /** A signing certificate and those above it, each signed by the next. */
    record Certificates(List<X509Certificate> chain) implements VerificationMaterial {
        public Certificates {
            chain = List.copyOf(chain);
        }
    }

    /**
     * A certificate of Sigstore that was valid for minutes, and a transparency log that says when.
     *
     * @param logEntries how many entries of the log the bundle has
     */
    record Keyless(X509Certificate certificate, int logEntries) implements VerificationMaterial {}

    static VerificationMaterial read(Members members) {
        List<String> methods = List.of("publicKey", "x509CertificateChain", "certificate").stream()
                .filter(members::has)
                .toList();
        if (methods.size() != 1) {
            throw new InvalidEvidenceException(members.path() + ": " + (methods.isEmpty() ? "no method" : methods)
                    + " (expected: one of publicKey, x509CertificateChain, certificate)");
        }
        VerificationMaterial material =
                switch (methods.getFirst()) {
                    case "publicKey" -> key(members.object("publicKey"));
                    case "x509CertificateChain" -> certificates(members.object("x509CertificateChain"));
                    default -> keyless(members);
                };
        if (!(material instanceof Keyless)) {
            // Nothing here would check them.
            requireNone(
                    members, "tlogEntries", members.optionalArray("tlogEntries").size());
            requireNone(
                    members,
                    "timestampVerificationData",
                    members.has("timestampVerificationData")
                            ? members.object("timestampVerificationData")
                                    .names()
                                    .size()
                            : 0);
        }
        members.end();
        return material;
    }

    private static void requireNone(Members members, String name, int count) {
        if (count > 0) {
            throw new InvalidEvidenceException(
                    members.path(name) + ": " + count + " (expected: none with a key or with certificates)");
        }
    }

    private static VerificationMaterial key(Members members) {
        boolean shown = members.has("rawBytes");
        if (shown == members.has("hint")) {
            throw new InvalidEvidenceException(
                    members.path("hint") + ": missing, or beside rawBytes (expected: either)");
        }
        VerificationMaterial material;
        if (shown) {
            byte[] bytes = members.base64("rawBytes");
            EvidenceKey key = bytes[0] == '-'
                    ? EvidenceKey.fromPem(new String(bytes, StandardCharsets.US_ASCII))
                    : EvidenceKey.fromDer(bytes);
            boolean itsForm = Arrays.equals(bytes, key.pem().getBytes(StandardCharsets.US_ASCII))
                    || Arrays.equals(bytes, key.publicKey().getEncoded());
            if (!itsForm) {
                throw new InvalidEvidenceException(members.path("rawBytes") + ": not a key in its usual form");
            }
            members.optionalText("keyDetails").ifPresent(details -> requireDetails(details, key, members));
            material = new KeyShown(key);
        } else {
            material = new KeyHint(members.text("hint"));
        }
        members.end();
        return material;
    }

    private static void requireDetails(String details, EvidenceKey key, Members members) {
        if (!details.equals(key.details())) {
            throw new InvalidEvidenceException(members.path("keyDetails") + ": " + StrictJson.shown(details)
                    + " (expected: " + key.details() + ", which the key is)");
        }
    }

    private static Certificates certificates(Members members) {
        List<X509Certificate> chain = new ArrayList<>();
        for (Members.Element element : members.array("certificates")) {
            chain.add(certificate(element.object()));
        }
        if (chain.isEmpty()) {
            throw new InvalidEvidenceException(members.path("certificates") + ": none (expected: at least one)");
        }
        members.end();
        return new Certificates(chain);
    }

    private static Keyless keyless(Members members) {
        X509Certificate certificate = certificate(members.object("certificate"));
        int entries = members.array("tlogEntries").size();
        if (entries == 0) {
            throw new InvalidEvidenceException(
                    members.path("tlogEntries") + ": none (expected: at least one with a certificate of Sigstore)");
        }
        if (members.has("timestampVerificationData")) {
            members.object("timestampVerificationData");
        }
        return new Keyless(certificate, entries);
    }

    private static X509Certificate certificate(Members members) {
        byte[] der = members.base64("rawBytes");
        members.end();
        try {
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            if (Arrays.equals(certificate.getEncoded(), der) && isExact(certificate, der)) {
                return certificate;
            }
        } catch (CertificateException e) {
            throw new InvalidEvidenceException(members.path("rawBytes") + ": not a certificate in DER", e);
        }
        throw new InvalidEvidenceException(members.path("rawBytes") + ": not a certificate in exact DER");
    }

    /**
     * Whether what follows the signed part is as it has to be: the algorithm that the signed part names, and a signature of
     * whole bytes. The JDK overlooks some other values there.
     */
    private static boolean isExact(X509Certificate certificate, byte[] der) throws CertificateEncodingException {
        byte[] signed = certificate.getTBSCertificate();
        byte[] signature = certificate.getSignature();
        int signatureBegins = der.length - signature.length;
        int signedEnds = SEQUENCE_HEADER + signed.length;
        if (der.length < signedEnds + signature.length + SEQUENCE_HEADER
                || der[signatureBegins - 1] != 0
                || !Arrays.equals(der, signatureBegins, der.length, signature, 0, signature.length)) {
            return false;
        }
        int algorithmEnds = signedEnds + 2 + der[signedEnds + 1];
        String algorithm = HexFormat.of().formatHex(der, signedEnds, algorithmEnds);
        return HexFormat.of().formatHex(signed).contains(algorithm);
    }

    /** As new bundles say it: the key by its hint. */
    static ObjectNode tree(String hint) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.putObject("publicKey").put("hint", hint);
        tree.putArray("tlogEntries");
        return tree;
    }
}
