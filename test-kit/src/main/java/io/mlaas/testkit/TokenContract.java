package io.mlaas.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a server must make of tokens that are not the platform's, or not for it, or not in their place. */
@SuppressWarnings("JavaUtilDate") // the JWT library takes no other
public final class TokenContract {
    private final URI url;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** @param url what a data scientist may GET */
    public TokenContract(URI url) {
        this.url = url;
    }

    public void verify() throws JOSEException {
        takesAGoodToken();
        refusesEveryOther();
        takesATokenFromOneHeaderOnly();
        survivesHugeTokens();
        followsTheProvidersKeys();
    }

    private void takesAGoodToken() {
        assertThat(status(TestIdentity.acmeScientist())).isEqualTo(200);
        assertThat(ask(url, "bearer " + TestIdentity.acmeScientist()).statusCode())
                .isEqualTo(200);
    }

    private void refusesEveryOther() throws JOSEException {
        for (Map.Entry<String, String> token : refused().entrySet()) {
            HttpResponse<String> answer = ask(url, "Bearer " + token.getValue());
            assertThat(answer.statusCode())
                    .as("%s: %s", token.getKey(), answer.body())
                    .isEqualTo(401);
            assertThat(answer.body()).as(token.getKey()).contains("\"UNAUTHENTICATED\"");
            assertThat(answer.headers().firstValue("WWW-Authenticate"))
                    .as(token.getKey())
                    .contains("Bearer");
            assertThat(answer.body()).as(token.getKey()).doesNotContain("nimbus", "Exception", token.getValue());
        }
    }

    /** Names of roles are themselves, and stand where the provider puts them. */
    public void knowsRolesByTheirExactNames() {
        for (List<String> roles : List.of(
                List.of("data_scientist"),
                List.of("Data_Scientist"),
                List.of("DATA_SCIENTIST "),
                List.of("ROLE_DATA_SCIENTIST"),
                List.of("DATA_SCIENTIST,ADMIN"),
                List.of("DATA_SCIENTIST\n"),
                List.of("*"),
                List.<String>of())) {
            assertThat(status(own(claims -> claims.claim("realm_access", Map.of("roles", roles)))))
                    .as("%s", roles)
                    .isEqualTo(403);
        }
        List<String> good = List.of("DATA_SCIENTIST");
        assertThat(status(own(claims -> claims.claim("realm_access", null).claim("roles", good))))
                .isEqualTo(403);
        assertThat(status(own(claims -> claims.claim("realm_access", null)
                        .claim("resource_access", Map.of("mlaas", Map.of("roles", good))))))
                .isEqualTo(403);
        assertThat(status(own(claims -> claims.claim("realm_access", "DATA_SCIENTIST"))))
                .isEqualTo(403);
        assertThat(status(own(claims -> claims.claim("realm_access", Map.of("roles", "DATA_SCIENTIST")))))
                .isEqualTo(403);
        assertThat(status(own(claims -> claims.claim("realm_access", Map.of("roles", List.of(good))))))
                .isEqualTo(403);
    }

    private Map<String, String> refused() throws JOSEException {
        RSAKey foreign =
                new RSAKeyGenerator(2048).keyID(TestIdentity.key().getKeyID()).generate();
        RSAKey unknown = new RSAKeyGenerator(2048).keyID("unknown").generate();
        Date past = Date.from(Instant.now().minusSeconds(600));
        Date future = Date.from(Instant.now().plusSeconds(600));
        JWTClaimsSet good = TestIdentity.scientist().build();
        String valid = TestIdentity.acmeScientist();
        String[] parts = valid.split("\\.", -1);
        Map<String, String> refused = new LinkedHashMap<>();
        refused.put("expired", own(claims -> claims.expirationTime(past)));
        refused.put("without an end", own(claims -> claims.expirationTime(null)));
        refused.put("not yet valid", own(claims -> claims.notBeforeTime(future)));
        refused.put("for another audience", own(claims -> claims.audience("another-platform")));
        refused.put("for no audience", own(claims -> claims.audience((String) null)));
        refused.put("of another issuer", own(claims -> claims.issuer("https://elsewhere.example/realms/mlaas")));
        refused.put(
                "of another realm",
                own(claims -> claims.issuer(TestIdentity.issuer().replace("/mlaas", "/other"))));
        refused.put("of an issuer that begins alike", own(claims -> claims.issuer(TestIdentity.issuer() + "/")));
        refused.put("of no issuer", own(claims -> claims.issuer(null)));
        refused.put("signed with another key of the same name", TestIdentity.signed(good, foreign));
        refused.put("signed with an unknown key", TestIdentity.signed(good, unknown));
        refused.put(
                "that brings its own key",
                signed(
                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                .jwk(unknown.toPublicJWK())
                                .build(),
                        good,
                        unknown));
        refused.put(
                "that says where its key is",
                signed(
                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                .keyID("unknown")
                                .jwkURL(URI.create("http://127.0.0.1:1/keys"))
                                .build(),
                        good,
                        unknown));
        refused.put(
                "of the right key by another algorithm",
                signed(
                        new JWSHeader.Builder(JWSAlgorithm.PS256)
                                .keyID(TestIdentity.key().getKeyID())
                                .build(),
                        good,
                        TestIdentity.key()));
        refused.put("signed by the public key as a secret", signedByPublicKey(good));
        for (String none : List.of("none", "None", "NONE")) {
            refused.put("of algorithm " + none, encoded("{\"alg\":\"" + none + "\"}") + "." + parts[1] + ".");
        }
        refused.put(
                "of algorithm none, with a signature", encoded("{\"alg\":\"none\"}") + "." + parts[1] + "." + parts[2]);
        refused.put("without its signature", parts[0] + "." + parts[1] + ".");
        refused.put("without a payload", parts[0] + ".." + parts[2]);
        refused.put(
                "with another payload",
                parts[0] + "." + encoded(good.toString().replace("DATA_SCIENTIST", "ADMIN")) + "." + parts[2]);
        refused.put("cut short", valid.substring(0, valid.length() - 10));
        refused.put("with a part too many", valid + "." + parts[2]);
        refused.put("of a company that is missing", own(claims -> claims.claim("organization_id", null)));
        for (String id : List.of(
                "",
                "acme",
                "1-1-1-1-1",
                TestIdentity.ACME + " ",
                TestIdentity.ACME.toString().replace("-", ""))) {
            refused.put("of the company '" + id + "'", own(claims -> claims.claim("organization_id", id)));
        }
        refused.put(
                "of several companies",
                own(claims -> claims.claim("organization_id", List.of(TestIdentity.ACME.toString()))));
        refused.put("of nobody", own(claims -> claims.subject(null)));
        refused.put("that is none", "nonsense");
        refused.put("of a job that was never issued", "mlj_" + "A".repeat(43));
        return refused;
    }

    private void takesATokenFromOneHeaderOnly() {
        String token = TestIdentity.acmeScientist();
        URI inQuery = URI.create(url + (url.getQuery() == null ? "?" : "&") + "access_token=" + token);
        assertThat(ask(inQuery, null).statusCode()).isEqualTo(401);
        assertThat(ask(url, "Basic " + token).statusCode()).isEqualTo(401);
        assertThat(ask(url, token).statusCode()).isEqualTo(401);
        HttpRequest.Builder form = HttpRequest.newBuilder(url)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("access_token=" + token));
        assertThat(send(form).statusCode()).isEqualTo(401);
        for (String second : List.of("Bearer " + token, "Bearer nonsense", "Basic eDp5")) {
            HttpRequest.Builder twice = HttpRequest.newBuilder(url)
                    .header("Authorization", "Bearer " + token)
                    .header("Authorization", second);
            assertThat(send(twice).statusCode()).as("beside %s", second).isEqualTo(401);
        }
    }

    private void survivesHugeTokens() {
        assertThat(status("x".repeat(6_000))).isEqualTo(401);
        assertThat(status("mlj_" + "x".repeat(6_000))).isEqualTo(401);
        assertThat(status("x".repeat(60_000))).isBetween(400, 499);
        assertThat(status(own(claims -> claims.claim("filler", "x".repeat(60_000)))))
                .isBetween(400, 499);
    }

    /** A new key is taken when it is published, without a restart, and no longer than it is. */
    private void followsTheProvidersKeys() throws JOSEException {
        RSAKey next =
                new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
        String token = TestIdentity.signed(TestIdentity.scientist().build(), next);
        assertThat(status(token)).isEqualTo(401);
        TestIdentity.publish(next);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(status(token)).isEqualTo(200));
        TestIdentity.withdraw(next);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(status(token)).isEqualTo(401));
        assertThat(status(TestIdentity.acmeScientist())).isEqualTo(200);
    }

    private interface Change {
        void to(JWTClaimsSet.Builder claims);
    }

    private static String own(Change change) {
        JWTClaimsSet.Builder claims = TestIdentity.scientist();
        change.to(claims);
        return TestIdentity.signed(claims.build(), TestIdentity.key());
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims, RSAKey key) throws JOSEException {
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private static String signedByPublicKey(JWTClaimsSet claims) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .keyID(TestIdentity.key().getKeyID())
                        .build(),
                claims);
        token.sign(new MACSigner(TestIdentity.key().toRSAPublicKey().getEncoded()));
        return token.serialize();
    }

    private int status(String token) {
        return ask(url, "Bearer " + token).statusCode();
    }

    private HttpResponse<String> ask(URI uri, @Nullable String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return send(request);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
