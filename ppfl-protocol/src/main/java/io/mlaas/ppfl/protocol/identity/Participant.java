package io.mlaas.ppfl.protocol.identity;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.jspecify.annotations.Nullable;

/** A member of a federation as its certificate names it: organization = federation, common name = participant. */
public record Participant(String federation, String name, BigInteger serial) {

    private static final Pattern FEDERATION = Pattern.compile("[0-9a-z][0-9a-z-]{0,61}[0-9a-z]");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    public Participant {
        requireFederation(federation);
        requireName(name);
    }

    /** @throws IdentityException the certificate's subject is not one that a federation's authority writes */
    public static Participant of(X509Certificate certificate) {
        var subject = certificate.getSubjectX500Principal().getName();
        return new Participant(
                required(attribute(subject, "O"), "O", subject),
                required(attribute(subject, "CN"), "CN", subject),
                certificate.getSerialNumber());
    }

    public static String requireFederation(String federation) {
        if (!FEDERATION.matcher(federation).matches()) {
            throw new IdentityException(
                    "federation: " + federation + " (expected: 2 to 63 of a-z, 0-9 and -, as in a UUID)");
        }
        return federation;
    }

    public static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IdentityException("participant: " + name
                    + " (expected: 1 to 63 of letters, digits, . _ -, the first a letter or digit)");
        }
        return name;
    }

    static @Nullable String attribute(String distinguishedName, String type) {
        try {
            return new LdapName(distinguishedName)
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equals(type))
                            .map(rdn -> String.valueOf(rdn.getValue()))
                            .findFirst()
                            .orElse(null);
        } catch (InvalidNameException e) {
            throw new IdentityException("not a distinguished name: " + distinguishedName, e);
        }
    }

    private static String required(@Nullable String value, String type, String subject) {
        if (value == null) {
            throw new IdentityException("certificate of " + subject + ": no " + type + " in its subject");
        }
        return value;
    }
}
