package io.mlaas.provenance.disclosure;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.json.Members;
import io.mlaas.provenance.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One fact with the salt that hides it until it is told (RFC 9901, section 4.2).
 *
 * @param encoded base64url of the JSON array {@code [salt, name, value]}: these very characters are what is committed to
 */
public record Disclosure(String encoded, String name, JsonNode value) {
    private static final int SALT_BYTES = 16;

    /** A new disclosure, with 128 random bits of salt. */
    public static Disclosure of(String name, JsonNode value, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        var array = JsonNodeFactory.instance.arrayNode();
        array.add(base64Url(salt)).add(name).add(value);
        return parse(base64Url(StrictJson.write(array)));
    }

    public static Disclosure parse(String encoded) {
        JsonNode array = StrictJson.parse(StrictJson.base64Url(encoded, "disclosure"), "disclosure");
        if (!array.isArray() || array.size() != 3) {
            throw new InvalidEvidenceException("disclosure: " + StrictJson.shown(array.toString())
                    + " (expected: an array of salt, name and value)");
        }
        new Members.Element(array.get(0), "disclosure[0]").text();
        String name = new Members.Element(array.get(1), "disclosure[1]").text();
        if (name.equals("_sd") || name.equals("...")) {
            throw new InvalidEvidenceException("disclosure[1]: " + name + " (expected: not a reserved name)");
        }
        return new Disclosure(encoded, name, array.get(2));
    }

    /** What is committed to: base64url of the SHA-256 of the encoded form. */
    public String digest() {
        try {
            return base64Url(MessageDigest.getInstance("SHA-256").digest(encoded.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
