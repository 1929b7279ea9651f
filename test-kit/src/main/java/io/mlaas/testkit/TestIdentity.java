package io.mlaas.testkit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.test.context.DynamicPropertyRegistry;

/**
 * A hand-written fake of the identity provider: real RS256 tokens with the claims that the realm gives, a key set, and a
 * token endpoint for client credentials. The end-to-end test uses the real Keycloak.
 */
@SuppressWarnings("JavaUtilDate") // the JWT library takes no other
public final class TestIdentity {
    public static final UUID ACME = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");
    public static final UUID GLOBEX = UUID.fromString("8c1f7d52-3b0e-4c7a-9a64-2f5f1c0f9b1e");
    public static final UUID PLATFORM = UUID.fromString("00000000-0000-4000-8000-000000000001");
    public static final UUID ACME_SCIENTIST = UUID.fromString("dd8fca81-a999-40f5-81f0-68627e303a27");

    private static final TestIdentity INSTANCE = new TestIdentity();

    private final RSAKey key;
    private final List<RSAKey> more = new CopyOnWriteArrayList<>();
    private final String issuer;

    private TestIdentity() {
        try {
            key = new RSAKeyGenerator(2048).keyID("test").generate();
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            issuer = "http://127.0.0.1:" + server.getAddress().getPort() + "/realms/mlaas";
            server.createContext(
                    "/realms/mlaas/protocol/openid-connect/certs",
                    exchange -> answer(exchange, published().toString()));
            server.createContext(
                    "/realms/mlaas/protocol/openid-connect/token",
                    exchange -> answer(exchange, """
                            {"access_token":"%s","token_type":"Bearer","expires_in":300}
                            """.formatted(serviceToken(clientOf(exchange)))));
            server.start();
        } catch (JOSEException e) {
            throw new IllegalStateException("no test key", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Points a service at this provider. */
    public static void register(DynamicPropertyRegistry registry) {
        registry.add("mlaas.security.issuer", () -> INSTANCE.issuer);
        registry.add("mlaas.security.client-secret", () -> "test-secret");
        registry.add("mlaas.security.keys-max-age", () -> "500ms");
    }

    public static String issuer() {
        return INSTANCE.issuer;
    }

    public static String acmeScientist() {
        return user(ACME_SCIENTIST, "acme-scientist", ACME, "DATA_SCIENTIST");
    }

    public static String acmeOperator() {
        return user(UUID.nameUUIDFromBytes(bytes("acme-operator")), "acme-operator", ACME, "OPERATOR");
    }

    public static String globexScientist() {
        return user(UUID.nameUUIDFromBytes(bytes("globex-scientist")), "globex-scientist", GLOBEX, "DATA_SCIENTIST");
    }

    public static String admin() {
        return user(UUID.nameUUIDFromBytes(bytes("admin")), "admin", PLATFORM, "ADMIN");
    }

    /** A token with no role that matters. */
    public static String nobody() {
        return user(UUID.nameUUIDFromBytes(bytes("nobody")), "nobody", ACME, "NONE");
    }

    public static String service(String clientId) {
        return INSTANCE.serviceToken(clientId);
    }

    public static String user(UUID subject, String name, UUID organization, String... roles) {
        return INSTANCE.sign(INSTANCE.claims(subject, name, organization, roles).build(), INSTANCE.key);
    }

    /** Acme's data scientist, for a short time. */
    public static String acmeScientistFor(Duration valid) {
        return INSTANCE.sign(
                INSTANCE.claims(ACME_SCIENTIST, "acme-scientist", ACME, "DATA_SCIENTIST")
                        .expirationTime(Date.from(Instant.now().plus(valid)))
                        .build(),
                INSTANCE.key);
    }

    /** Valid but for its time. */
    public static String expired() {
        return INSTANCE.sign(
                INSTANCE.claims(ACME_SCIENTIST, "acme-scientist", ACME, "DATA_SCIENTIST")
                        .expirationTime(Date.from(Instant.now().minusSeconds(600)))
                        .build(),
                INSTANCE.key);
    }

    /** Meant for somebody else. */
    public static String wrongAudience() {
        return INSTANCE.sign(
                INSTANCE.claims(ACME_SCIENTIST, "acme-scientist", ACME, "DATA_SCIENTIST")
                        .audience("another-platform")
                        .build(),
                INSTANCE.key);
    }

    /** Signed with a key that the provider never had. */
    public static String forged() {
        try {
            return INSTANCE.sign(
                    INSTANCE.claims(ACME_SCIENTIST, "acme-scientist", ACME, "DATA_SCIENTIST")
                            .build(),
                    new RSAKeyGenerator(2048).keyID("test").generate());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The provider's own key, for tests of what must not be taken for it. */
    static RSAKey key() {
        return INSTANCE.key;
    }

    /** The claims of acme's data scientist. */
    static JWTClaimsSet.Builder scientist() {
        return INSTANCE.claims(ACME_SCIENTIST, "acme-scientist", ACME, "DATA_SCIENTIST");
    }

    static String signed(JWTClaimsSet claims, RSAKey with) {
        return INSTANCE.sign(claims, with);
    }

    /** From now on the provider has this key too. */
    static void publish(RSAKey another) {
        INSTANCE.more.add(another);
    }

    static void withdraw(RSAKey another) {
        INSTANCE.more.remove(another);
    }

    private JWKSet published() {
        List<JWK> keys = new ArrayList<>(List.of(key.toPublicJWK()));
        more.forEach(another -> keys.add(another.toPublicJWK()));
        return new JWKSet(keys);
    }

    private String serviceToken(String clientId) {
        return sign(
                claims(UUID.nameUUIDFromBytes(bytes(clientId)), "service-account-" + clientId, PLATFORM, "SERVICE")
                        .build(),
                key);
    }

    private JWTClaimsSet.Builder claims(UUID subject, String name, UUID organization, String... roles) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience("mlaas")
                .subject(subject.toString())
                .claim("preferred_username", name)
                .claim("organization_id", organization.toString())
                .claim("realm_access", Map.of("roles", List.of(roles)))
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(1800)));
    }

    private String sign(JWTClaimsSet claims, RSAKey with) {
        try {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(with.getKeyID())
                            .build(),
                    claims);
            jwt.sign(new RSASSASigner(with));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String clientOf(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        String basic =
                new String(Base64.getDecoder().decode(header.substring("Basic ".length())), StandardCharsets.UTF_8);
        return basic.substring(0, basic.indexOf(':'));
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        byte[] body = bytes(json);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
