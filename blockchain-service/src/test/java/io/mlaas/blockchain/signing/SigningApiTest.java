package io.mlaas.blockchain.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.blockchain.RunningService;
import io.mlaas.blockchain.directory.Registry;
import io.mlaas.provenance.dsse.Envelope;
import io.mlaas.provenance.dsse.EvidenceKey;
import io.mlaas.testkit.TestIdentity;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;

class SigningApiTest extends RunningService {
    private static final byte[] PAYLOAD = "{\"_type\":\"…\"}".getBytes(UTF_8);

    @Autowired
    private Registry registry;

    private static String body(@Nullable UUID organization) {
        Map<String, Object> body = new HashMap<>();
        body.put("organization_id", organization);
        body.put("payload_type", Envelope.IN_TOTO);
        body.put("payload", Base64.getEncoder().encodeToString(PAYLOAD));
        return JSON.writeValueAsString(body);
    }

    private Answer sign(@Nullable UUID organization) {
        return post("/signatures", body(organization), REGISTRY);
    }

    private static void assertSigned(Answer answer) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        EvidenceKey key = EvidenceKey.fromPem(answer.text("public_key"));
        assertThat(answer.text("key_id")).isEqualTo(key.id());
        Envelope envelope = new Envelope(
                answer.text("payload_type"),
                Base64.getDecoder().decode(answer.text("payload")),
                List.of(new Envelope.EnvelopeSignature(
                        key.id(), Base64.getDecoder().decode(answer.text("signature")))));
        assertThat(envelope.verify(key, Envelope.IN_TOTO)).isEqualTo(PAYLOAD);
    }

    @Test
    void signsWithAKeyOfTheCompanyThatIsMadeOnce() {
        UUID company = UUID.randomUUID();
        List<Answer> answers =
                IntStream.range(0, 8).parallel().mapToObj(i -> sign(company)).toList();
        answers.forEach(SigningApiTest::assertSigned);
        assertThat(answers)
                .extracting(answer -> answer.text("key_id"))
                .containsOnly(answers.getFirst().text("key_id"));
        assertThat(sign(UUID.randomUUID()).text("key_id"))
                .isNotEqualTo(answers.getFirst().text("key_id"));
        Answer listed = get("/signing-keys?organization_id=" + company, REGISTRY);
        assertThat(listed.body()).hasSize(1);
        assertThat(listed.body().path(0).path("public_key").asString())
                .isEqualTo(answers.getFirst().text("public_key"));
        assertThat(listed.body().toString()).doesNotContain("sealed", "PRIVATE");
    }

    @Test
    void signsForThePlatformWithoutACompany() {
        Answer answer = sign(null);
        assertSigned(answer);
        assertThat(get("/signing-keys", REGISTRY).body().toString()).contains(answer.text("key_id"));
    }

    @Test
    void keepsAReplacedKeyForThoseWhoCheck() {
        UUID company = UUID.randomUUID();
        String first = sign(company).text("key_id");
        Answer replaced = post("/signing-keys/rotate?organization_id=" + company, "", TestIdentity.admin());
        assertThat(replaced.status()).isEqualTo(200);
        Answer signed = sign(company);
        assertSigned(signed);
        assertThat(signed.text("key_id")).isEqualTo(replaced.text("key_id")).isNotEqualTo(first);
        Answer listed = get("/signing-keys?organization_id=" + company, REGISTRY);
        assertThat(listed.body()).hasSize(2);
        assertThat(listed.body().path(0).has("revoked_at")).isFalse();
        assertThat(listed.body().path(1).path("key_id").asString()).isEqualTo(first);
        assertThat(listed.body().path(1).has("revoked_at")).isTrue();
    }

    @Test
    void putsKeysOnTheChainEvenIfItDoesNotAnswerAtFirst() {
        UUID company = UUID.randomUUID();
        NODE.misbehave(call -> call.error(-32000, "not now"));
        String first = sign(company).text("key_id");
        NODE.behave();
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(registry.keyOf(first))
                .hasValueSatisfying(key -> assertThat(key.organizationId()).isEqualTo(company)));
        post("/signing-keys/rotate?organization_id=" + company, "", TestIdentity.admin());
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            assertThat(registry.keyOf(first))
                    .hasValueSatisfying(key -> assertThat(key.revokedAt()).isNotNull());
            assertThat(get("/signing-keys?organization_id=" + company, REGISTRY).body())
                    .hasSize(2)
                    .allSatisfy(key ->
                            assertThat(key.path("published_in").asString()).startsWith("0x"));
        });
    }

    @Test
    void doesNotSignForACompanyWithTheSealedKeyOfAnother() {
        UUID company = UUID.randomUUID();
        UUID thief = UUID.randomUUID();
        sign(company);
        sign(thief);
        jdbc.sql("""
                update signing_key set sealed_key = (select sealed_key from signing_key where owner_id = :company)
                where owner_id = :thief
                """).param("company", company).param("thief", thief).update();
        assertThat(sign(thief).status()).isEqualTo(500);
        // Nobody checks this row at a later start.
        jdbc.sql("delete from signing_key where owner_id = :thief")
                .param("thief", thief)
                .update();
    }

    @Test
    void refusesWhatIsNotToBeSigned() {
        Answer onBehalf = exchange(http.post()
                .uri("/signatures")
                .contentType(MediaType.APPLICATION_JSON)
                .header("Authorization", "Bearer " + REGISTRY)
                .header("X-On-Behalf-Of", TestIdentity.acmeScientist())
                .body(body(TestIdentity.GLOBEX)));
        assertThat(onBehalf.status()).isEqualTo(403);
        assertThat(post("/signatures", "{\"payload_type\":\"t\",\"payload\":\"\"}", REGISTRY)
                        .body()
                        .toString())
                .contains("payload");
        assertThat(post("/signing-keys/rotate?organization_id=" + UUID.randomUUID(), "", TestIdentity.admin())
                        .text("code"))
                .isEqualTo("NO_SIGNING_KEY");
    }
}
