package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.provenance.merkle.InclusionProof;
import io.mlaas.testkit.TestIdentity;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;

/** Evidence that cannot be made, or not yet, or whose proof is out of date. */
class EvidenceRetryApiTest extends AttestedServer {
    private static final String OPERATOR = TestIdentity.acmeOperator();

    @Test
    void aModelOfBeforeHasNoStatementUnlessItsRecordComesLater() throws Exception {
        Trained model = trained();
        ready("/model/" + model.id() + "/proof", ACME);
        jdbc.sql("delete from evidence where asset_id = :id")
                .param("id", model.id())
                .update();
        jdbc.sql("insert into unattested_asset (asset_id, asset_kind, earlier) values (:id, 'MODEL', true)")
                .param("id", model.id())
                .update();
        ready("/model/" + model.id() + "/signature", ACME);
        for (String statement : List.of("provenance", "commitments")) {
            Answer answer = get("/model/" + model.id() + "/provenance?statement=" + statement, ACME)
                    .expect(404);
            assertThat(answer.code()).isEqualTo("NO_EVIDENCE");
            assertThat(answer.detail())
                    .contains(statement.equals("provenance") ? "statement" : statement)
                    .contains("trained before runs were recorded");
        }

        tell(model, model.record()).expect(204);

        ready("/model/" + model.id() + "/provenance", ACME);
        ready("/model/" + model.id() + "/provenance?statement=commitments", ACME);
    }

    @Test
    void commitmentsEndWithTheirStatementAndAnOperatorHasBothTriedAgain() throws Exception {
        Trained model = trained();
        notary.refuse(statementOf(model), HttpHeaders.EMPTY);
        tell(model, model.record()).expect(204);
        await().untilAsserted(
                        () -> assertThat(states(model.id())).contains("STATEMENT REFUSED", "COMMITMENTS REFUSED"));
        Answer refused = get("/model/" + model.id() + "/provenance?statement=commitments", ACME)
                .expect(502);
        assertThat(refused.code()).isEqualTo("EVIDENCE_REFUSED");
        assertThat(refused.detail()).contains("Its statement was refused", "422");
        byte[] composed = payload(model.id());

        notary.refuse(payload -> false, HttpHeaders.EMPTY);
        String stranger = TestIdentity.user(UUID.randomUUID(), "operator", TestIdentity.GLOBEX, "OPERATOR");
        attest(model, stranger).expect(404);
        attest(model, ACME).expect(403);
        assertThat(states(model.id())).contains("STATEMENT REFUSED");
        attest(model, OPERATOR).expect(202);
        attest(model, OPERATOR).expect(202);

        ready("/model/" + model.id() + "/provenance?statement=commitments", ACME);
        await().untilAsserted(() -> assertThat(states(model.id())).allMatch(state -> state.endsWith(" ANCHORED")));
        assertThat(notary.signatures(composed)).isEqualTo(1);
        attest(model, OPERATOR).expect(202);
        assertThat(states(model.id())).allMatch(state -> state.endsWith(" ANCHORED"));
    }

    @Test
    void comesAgainIfItIsTold() throws Exception {
        Trained model = trained();
        HttpHeaders later = new HttpHeaders();
        later.set(HttpHeaders.RETRY_AFTER, "1");
        notary.refuse(statementOf(model), later);
        tell(model, model.record()).expect(204);
        await().until(() ->
                jdbc.sql("""
                        select count(*) from evidence
                        where asset_id = :id and kind = 'STATEMENT' and state = 'COMPOSED' and last_error like '422%'
                        """).param("id", model.id()).query(Integer.class).single() == 1);

        notary.refuse(payload -> false, HttpHeaders.EMPTY);

        ready("/model/" + model.id() + "/provenance", ACME);
    }

    @Test
    void servesTheProofOfTheBlockInWhichTheRootIsNow() throws Exception {
        UUID dataset = registerDataset(ACME, random(10));
        String path = "/dataset/" + dataset + "/proof";
        InclusionProof first = InclusionProof.parse(ready(path, ACME));
        notary.reorganise();
        assertThat(InclusionProof.parse(get(path, ACME).expect(200).body())).isEqualTo(first);

        aMinuteLater(dataset);
        InclusionProof second = InclusionProof.parse(get(path, ACME).expect(200).body());

        assertThat(second.block()).isEqualTo(first.block() + 1);
        assertThat(second.root()).isEqualTo(first.root());
        notary.down(true);
        aMinuteLater(dataset);
        assertThat(InclusionProof.parse(get(path, ACME).expect(200).body())).isEqualTo(second);
    }

    private Answer attest(Trained model, String token) throws Exception {
        return postJson("/model/" + model.id() + "/attest", token, "");
    }

    private static Predicate<String> statementOf(Trained model) {
        String subject = sha256(model.file());
        return payload -> payload.contains(subject) && payload.contains("https://slsa.dev/provenance/v1");
    }

    private void aMinuteLater(UUID asset) {
        jdbc.sql("""
                update evidence set anchored_at = anchored_at - interval '61 seconds',
                    proof_checked_at = proof_checked_at - interval '61 seconds'
                where asset_id = :id
                """).param("id", asset).update();
    }

    private List<String> states(UUID asset) {
        try (Stream<String> rows = jdbc
                .sql("select kind || ' ' || state from evidence where asset_id = :id order by kind")
                .param("id", asset)
                .query(String.class)
                .stream()) {
            return rows.toList();
        }
    }

    private byte[] payload(UUID model) {
        return jdbc.sql("select payload from evidence where asset_id = :id and kind = 'STATEMENT'")
                .param("id", model)
                .query((row, number) -> row.getBytes(1))
                .single();
    }
}
