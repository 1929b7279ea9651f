package io.mlaas.ppfl.protocol.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an invited participant is handed: where the server is, whom to trust there, and a secret that certifies one key
 * once. The private key is not in it.
 *
 * @param server {@code host:port}
 * @param caCertificate PEM
 * @param secret 256 random bits, Base64url
 */
public record EnrolmentKit(
        String federation, String participant, String server, String caCertificate, String secret, Instant expires) {

    public static final String FORMAT = "mlaas-enrolment-kit/1";

    private static final List<String> FIELDS =
            List.of("format", "federation", "participant", "server", "ca_certificate", "secret", "expires");
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final Pattern SERVER = Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):([0-9]{1,5})");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /** @throws IdentityException lists every value that is wrong */
    public EnrolmentKit {
        var wrong = new ArrayList<String>();
        collect(wrong, () -> Participant.requireFederation(federation));
        collect(wrong, () -> Participant.requireName(participant));
        collect(wrong, () -> requireServer(server));
        collect(wrong, () -> Pem.certificate(caCertificate));
        if (!SECRET.matcher(secret).matches()) {
            wrong.add("secret: " + secret.length() + " characters (expected: 43 of Base64url)");
        }
        if (!wrong.isEmpty()) {
            throw new IdentityException("enrolment kit: " + String.join("; ", wrong));
        }
    }

    /** A kit with a fresh secret. */
    public static EnrolmentKit create(
            FederationAuthority authority, String participant, String server, Instant expires) {
        var secret = new byte[32];
        RANDOM.nextBytes(secret);
        return new EnrolmentKit(
                authority.federation(),
                participant,
                server,
                authority.certificatePem(),
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret),
                expires);
    }

    /** @throws IdentityException not a kit; the message says by field why, and never repeats the secret */
    public static EnrolmentKit parse(String json) {
        var fields = fields(json);
        try {
            return new EnrolmentKit(
                    fields.getOrDefault("federation", ""),
                    fields.getOrDefault("participant", ""),
                    fields.getOrDefault("server", ""),
                    fields.getOrDefault("ca_certificate", ""),
                    fields.getOrDefault("secret", ""),
                    Instant.parse(fields.getOrDefault("expires", "")));
        } catch (DateTimeException e) {
            throw new IdentityException(
                    "enrolment kit: expires: " + fields.getOrDefault("expires", "")
                            + " (expected: a time as 2026-12-31T00:00:00Z)",
                    e);
        }
    }

    private static Map<String, String> fields(String json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JacksonException e) { // whose message would quote the text, and the secret with it
            throw new IdentityException("enrolment kit: not JSON (line "
                    + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()) + ")");
        }
        if (!root.isObject()) {
            throw new IdentityException("enrolment kit: not a JSON object");
        }
        var wrong = new ArrayList<String>();
        var unknown = new TreeSet<>(root.propertyNames());
        unknown.removeAll(FIELDS);
        unknown.forEach(name -> wrong.add(name + ": unknown (expected: " + String.join(", ", FIELDS) + ")"));
        var fields = new LinkedHashMap<String, String>();
        for (var name : FIELDS) {
            var value = root.get(name);
            if (value == null || !value.isString()) {
                wrong.add(name + ": " + (value == null ? "missing" : "not a string") + " (expected: a string)");
            } else {
                fields.put(name, value.asString());
            }
        }
        if (fields.containsKey("format") && !FORMAT.equals(fields.get("format"))) {
            wrong.add("format: " + fields.get("format") + " (expected: " + FORMAT + ")");
        }
        if (!wrong.isEmpty()) {
            throw new IdentityException("enrolment kit: " + String.join("; ", wrong));
        }
        return fields;
    }

    public String json() {
        var fields = new LinkedHashMap<String, String>();
        fields.put("format", FORMAT);
        fields.put("federation", federation);
        fields.put("participant", participant);
        fields.put("server", server);
        fields.put("ca_certificate", caCertificate);
        fields.put("secret", secret);
        fields.put("expires", expires.toString());
        return JSON.writeValueAsString(fields);
    }

    public String host() {
        return server.substring(0, server.lastIndexOf(':'));
    }

    public int port() {
        return Integer.parseInt(server.substring(server.lastIndexOf(':') + 1));
    }

    /** What the server keeps of the secret: SHA-256 in hexadecimal; the secret has 256 bits, so it needs no salt. */
    public String secretDigest() {
        return digest(secret);
    }

    public static String digest(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static void requireServer(String server) {
        var match = SERVER.matcher(server);
        if (!match.matches() || Integer.parseInt(match.group(1)) > 65_535 || Integer.parseInt(match.group(1)) == 0) {
            throw new IdentityException("server: " + server + " (expected: host:port)");
        }
    }

    private static void collect(List<String> wrong, Runnable check) {
        try {
            check.run();
        } catch (IdentityException e) {
            wrong.add(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public String toString() {
        return "enrolment kit of " + participant + " in " + federation + " at " + server + " until " + expires;
    }
}
