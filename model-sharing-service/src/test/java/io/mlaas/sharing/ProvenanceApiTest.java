package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.blockchain.AnchorKind;
import io.mlaas.api.blockchain.AnchorRequest;
import io.mlaas.api.blockchain.ContractMetadata;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.disclosure.Commitments;
import io.mlaas.provenance.dsse.Envelope;
import io.mlaas.provenance.dsse.EvidenceKey;
import io.mlaas.provenance.intoto.SlsaProvenance;
import io.mlaas.provenance.intoto.Statement;
import io.mlaas.provenance.merkle.InclusionProof;
import io.mlaas.provenance.signing.Bundle;
import io.mlaas.provenance.signing.ModelHasher;
import io.mlaas.provenance.signing.ModelVerifier;
import io.mlaas.testkit.TestIdentity;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ProvenanceApiTest extends AttestedServer {
    private static final String GLOBEX = TestIdentity.globexScientist();

    @Test
    void anOutsiderCanCheckATrainedModelToItsRoot(@TempDir Path directory) throws Exception {
        Trained model = trained();
        tell(model, model.record()).expect(204);

        byte[] envelope = ready("/model/" + model.id() + "/provenance", ACME);
        Statement statement = Statement.verify(Envelope.parse(envelope), platformKey());
        SlsaProvenance said = SlsaProvenance.read(statement);
        assertThat(statement.subject().getFirst().digest()).isEqualTo(Map.of("sha256", sha256(model.file())));
        assertThat(said.buildDefinition().buildType()).isEqualTo("https://mlaas.io/build-types/training/v1");
        assertThat(said.buildDefinition()
                        .externalParameters()
                        .at("/parameters/epochs")
                        .asString())
                .isEqualTo("3");
        assertThat(said.buildDefinition().resolvedDependencies())
                .extracting(input -> input.digest().get("sha256"))
                .containsExactly(
                        model.record().at("/datasets/0/sha256").asString(),
                        FakeTraining.SHA256,
                        sha256(bytes("{\"layers\":[]}")));
        assertThat(said.runDetails().metadata().invocationId())
                .isEqualTo("urn:uuid:" + model.record().path("job_id").asString());

        byte[] bundle = ready("/model/" + model.id() + "/signature", ACME);
        Files.write(directory.resolve("model.pt"), model.file());
        EvidenceKey owner = notary.signer(TestIdentity.ACME).key();
        var manifest = Bundle.parse(bundle).verify(owner);
        new ModelVerifier(new ModelHasher()).verify(manifest, directory);

        byte[] commitments = ready("/model/" + model.id() + "/provenance?statement=commitments", ACME);
        assertThat(proved(model.id(), "file")).isEqualTo(sha256(model.file()));
        assertThat(proved(model.id(), "signature")).isEqualTo(manifest.subjectDigest());
        assertThat(proved(model.id(), "statement")).isEqualTo(sha256(envelope));
        assertThat(proved(model.id(), "commitments")).isEqualTo(sha256(commitments));
        assertThat(get("/model/" + model.id() + "/proof?of=certificate", ACME)
                        .expect(404)
                        .code())
                .isEqualTo("NO_EVIDENCE");
        await().untilAsserted(() -> assertThat(events(model.id(), RegistryEvents.MODEL_ATTESTED))
                .singleElement()
                .satisfies(event -> assertThat(event.path("evidence").size()).isEqualTo(4)));
        assertThat(notary.items(model.id()))
                .extracting(AnchorRequest.Item::kind)
                .contains(AnchorKind.MODEL, AnchorKind.SIGNATURE, AnchorKind.STATEMENT, AnchorKind.COMMITMENTS);
        JsonNode keys = get("/model/" + model.id() + "/keys", ACME).expect(200).json();
        assertThat(keys.path(0).path("key_id").asString()).isEqualTo(owner.id());
        assertThat(keys.path(1).path("public_key").asString())
                .isEqualTo(platformKey().pem());
    }

    @Test
    void disclosesSingleFactsAndNothingElse() throws Exception {
        Trained model = trained();
        tell(model, model.record()).expect(204);
        ready("/model/" + model.id() + "/provenance?statement=commitments", ACME);

        List<String> names = new ArrayList<>();
        get("/model/" + model.id() + "/disclosures", ACME)
                .expect(200)
                .json()
                .path("fields")
                .forEach(name -> names.add(name.asString()));
        assertThat(names)
                .contains("dataset", "dataset.sha256", "image.sha256", "parameters.epochs", "metrics.accuracy");
        JsonNode told = postJson(
                        "/model/" + model.id() + "/disclosures",
                        ACME,
                        "{\"fields\":[\"dataset.sha256\",\"parameters.epochs\"]}")
                .expect(200)
                .json();
        List<String> disclosures = new ArrayList<>();
        told.path("disclosures").forEach(disclosure -> disclosures.add(disclosure.asString()));
        Envelope envelope = Envelope.parse(JSON.writeValueAsBytes(told.path("envelope")));
        Statement committed = Statement.verify(envelope, platformKey());
        Map<String, JsonNode> facts = Commitments.open(committed, disclosures);
        assertThat(facts.keySet()).containsExactly("dataset.sha256", "parameters.epochs");
        assertThat(facts.get("parameters.epochs").asString()).isEqualTo("3");
        String all = told.toString();
        assertThat(names.stream()
                        .filter(name -> !facts.containsKey(name))
                        .filter(name -> all.contains("\"" + name + "\"")))
                .isEmpty();
        String other = disclosures.getFirst().substring(1);
        assertThatThrownBy(() -> Commitments.open(committed, List.of(other)))
                .isInstanceOf(InvalidEvidenceException.class);
        Answer unknown = postJson("/model/" + model.id() + "/disclosures", ACME, "{\"fields\":[\"weights\"]}")
                .expect(422);
        assertThat(unknown.code()).isEqualTo("UNKNOWN_FACT");
        assertThat(unknown.detail()).contains("weights", "dataset.sha256");
        assertThat(jdbc.sql("select sealed_disclosures from evidence where asset_id = :id and kind = 'COMMITMENTS'")
                        .param("id", model.id())
                        .query((row, number) -> new String(row.getBytes(1), StandardCharsets.ISO_8859_1))
                        .single())
                .doesNotContain("epochs", disclosures.getFirst());
    }

    @ParameterizedTest
    @CsvSource({
        "/organization_id, 00000000-0000-4000-8000-000000000009",
        "/result/sha256, 00ff",
        "/image/sha256, 00ff",
        "/datasets/0/sha256, 00ff",
        "/definition/sha256, 00ff",
        "/parameters/epochs, 4",
        "/job_id, 00000000-0000-4000-8000-000000000009"
    })
    void refusesARecordThatContradictsTheRegistry(String member, String value) throws Exception {
        Trained model = trained();
        ObjectNode record = model.record().deepCopy();
        int end = member.lastIndexOf('/');
        ((ObjectNode) record.at(member.substring(0, end))).put(member.substring(end + 1), value);

        Answer answer = tell(model, record).expect(422);

        assertThat(answer.code()).isEqualTo("TRAINING_RECORD_REFUSED");
        assertThat(answer.detail())
                .contains(
                        member.substring(1)
                                .replace("s/0/", "s[0].")
                                .split("/epochs")[0]
                                .replace('/', '.'),
                        value);
    }

    @Test
    void refusesARecordOfAModelOfWhichTheChainSaysOtherwise() throws Exception {
        Trained model = trained();
        String address = jdbc.sql("select contract_address from model where id = :id")
                .param("id", model.id())
                .query(String.class)
                .single();
        ContractMetadata.Model known = (ContractMetadata.Model) chain.read(address);
        UUID another = UUID.randomUUID();
        chain.replace(
                address,
                new ContractMetadata.Model(
                        known.assetId(), address, known.modelParams(), new ContractMetadata.DataParams(another)));

        Answer answer = tell(model, model.record()).expect(422);

        assertThat(answer.code()).isEqualTo("TRAINING_RECORD_REFUSED");
        assertThat(answer.detail()).contains("dataset", another.toString());
        chain.down(true);
        assertThat(tell(model, model.record()).expect(503).code()).isEqualTo("CHAIN_UNREACHABLE");
        chain.down(false);
        chain.replace(address, known);
        tell(model, model.record()).expect(204);
    }

    @Test
    void takesARecordOnceAndTheSameAgain() throws Exception {
        Trained model = trained();
        Answer before = get("/model/" + model.id() + "/provenance", ACME).expect(409);
        assertThat(before.code()).isEqualTo("EVIDENCE_NOT_READY");
        assertThat(before.header("Retry-After")).isNotEmpty();

        tell(model, model.record()).expect(204);
        tell(model, model.record()).expect(204);

        ObjectNode other = model.record().deepCopy();
        other.put("threads", 64);
        assertThat(tell(model, other).expect(409).code()).isEqualTo("TRAINING_RECORD_CONFLICT");
        UUID untrained = registerModel(ACME, registerDataset(ACME, random(10)));
        ObjectNode early = model.record().deepCopy();
        early.put("model_id", untrained.toString());
        assertThat(tell(new Trained(untrained, new byte[0], early), early)
                        .expect(409)
                        .code())
                .isEqualTo("EVIDENCE_NOT_READY");
        ready("/model/" + model.id() + "/provenance", ACME);
        await().untilAsserted(() ->
                assertThat(events(model.id(), RegistryEvents.MODEL_ATTESTED)).hasSize(1));
    }

    @Test
    void signsEachDocumentWithOneContentWhateverIsLost() throws Exception {
        Trained model = trained();
        notary.down(true);
        tell(model, model.record()).expect(204);
        await().untilAsserted(
                        () -> assertThat(states(model.id())).contains("SIGNATURE COMPOSED", "STATEMENT COMPOSED"));
        byte[] composed = payload(model.id(), "STATEMENT");
        notary.loseAnswers(3);
        notary.down(false);

        byte[] envelope = ready("/model/" + model.id() + "/provenance", ACME);
        assertThat(Envelope.parse(envelope).payload()).isEqualTo(composed);
        await().untilAsserted(() -> assertThat(states(model.id())).allMatch(state -> state.endsWith(" ANCHORED")));
        // As if the process was killed between an answer and its being recorded: the step is taken again.
        jdbc.sql("""
                update evidence set state = 'SIGNED', proof = null, next_attempt_at = now(),
                    leased_until = now() - interval '1 second'
                where asset_id = :id
                """).param("id", model.id()).update();
        await().untilAsserted(() -> assertThat(states(model.id())).allMatch(state -> state.endsWith(" ANCHORED")));
        assertThat(get("/model/" + model.id() + "/provenance", ACME).expect(200).body())
                .isEqualTo(envelope);
        assertThat(proved(model.id(), "statement")).isEqualTo(sha256(envelope));
        assertThat(notary.signatures(composed)).isPositive();
    }

    @Test
    void catchesUpWithWhatWasThereBefore() throws Exception {
        byte[] content = random(10);
        UUID dataset = registerDataset(ACME, content);
        ready("/dataset/" + dataset + "/proof", ACME);
        jdbc.sql("delete from evidence where asset_id = :id")
                .param("id", dataset)
                .update();
        assertThat(get("/dataset/" + dataset + "/proof", ACME).expect(409).code())
                .isEqualTo("EVIDENCE_NOT_READY");

        jdbc.sql("insert into unattested_asset (asset_id, asset_kind) values (:id, 'DATASET'), (:id, 'DATASET')")
                .param("id", dataset)
                .update();

        byte[] proof = ready("/dataset/" + dataset + "/proof", ACME);
        InclusionProof.parse(proof).verify();
        assertThat(InclusionProof.parse(proof).digest()).isEqualTo(sha256(content));
        assertThat(get("/dataset/" + dataset + "/proof?of=everything", ACME)
                        .expect(422)
                        .detail())
                .contains("of: everything");
        assertThat(get("/dataset/" + dataset + "/proof", GLOBEX).expect(404).code())
                .isEqualTo("UNKNOWN_DATASET");
    }

    @Test
    void saysOfATranslationWhatItWasMadeFrom() throws Exception {
        byte[] file = random(500);
        UUID source = trainedModel(ACME, file);
        byte[] certificate = bytes("{\"max_abs_error\": 1.0e-7}");
        UUID id = UUID.fromString(
                send(request("/internal/translation?source_model_id=" + source + "&format=onnx", SERVICE)
                                .header("X-On-Behalf-Of", ACME)
                                .header("Content-Type", Form.TYPE)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(Form.of()
                                        .file("artifact", "model.onnx", "application/octet-stream", random(700))
                                        .field("certificate", new String(certificate, StandardCharsets.UTF_8))
                                        .body()))
                                .build())
                        .expect(201)
                        .json()
                        .path("model_id")
                        .asString());

        Statement statement =
                Statement.verify(Envelope.parse(ready("/model/" + id + "/provenance", ACME)), platformKey());

        SlsaProvenance said = SlsaProvenance.read(statement);
        assertThat(said.buildDefinition().buildType()).isEqualTo("https://mlaas.io/build-types/translation/v1");
        assertThat(said.buildDefinition().resolvedDependencies().getFirst().digest())
                .isEqualTo(Map.of("sha256", sha256(file)));
        assertThat(said.runDetails().byproducts().getFirst().digest()).isEqualTo(Map.of("sha256", sha256(certificate)));
        assertThat(proved(id, "certificate")).isEqualTo(sha256(certificate));
    }

    @Test
    void saysNothingOfTheTrainingOfAnImportedModel() throws Exception {
        byte[] file = random(300);
        UUID id = UUID.fromString(post(
                        "/model",
                        ACME,
                        Form.of()
                                .field("metadata", "{}")
                                .file("artifact", "there.onnx", "application/octet-stream", file))
                .expect(201)
                .json()
                .path("model_id")
                .asString());

        Bundle.parse(ready("/model/" + id + "/signature", ACME))
                .verify(notary.signer(TestIdentity.ACME).key());
        Answer answer = get("/model/" + id + "/provenance", ACME).expect(404);

        assertThat(answer.code()).isEqualTo("NO_EVIDENCE");
        assertThat(answer.detail()).contains("imported");
        assertThat(proved(id, "file")).isEqualTo(sha256(file));
        await().untilAsserted(() ->
                assertThat(events(id, RegistryEvents.MODEL_ATTESTED)).hasSize(1));
    }

    @Test
    void signsTheVerdictsOfReproductions() throws Exception {
        Trained model = trained();
        UUID reproduction = UUID.randomUUID();
        ObjectNode verdict = verdict(model, reproduction);

        judge(model, reproduction, verdict).expect(204);
        judge(model, reproduction, verdict).expect(204);

        await().untilAsserted(() -> assertThat(get("/model/" + model.id() + "/reproductions", ACME)
                        .expect(200)
                        .json()
                        .at("/0/evidence")
                        .asString())
                .isEqualTo("ANCHORED"));
        JsonNode shown =
                get("/model/" + model.id() + "/reproductions", ACME).json().path(0);
        assertThat(shown.path("outcome").asString()).isEqualTo("REPRODUCED");
        byte[] envelope = JSON.writeValueAsBytes(shown.path("envelope"));
        Statement statement = Statement.verify(Envelope.parse(envelope), platformKey());
        assertThat(statement.predicateType()).isEqualTo("https://mlaas.io/attestations/reproduction/v1");
        assertThat(statement.predicate().path("outcome").asString()).isEqualTo("REPRODUCED");
        assertThat(statement.predicate().has("requested_by")).isFalse();
        byte[] proof = get("/model/" + model.id() + "/proof?of=verdict&reproduction_id=" + reproduction, ACME)
                .expect(200)
                .body();
        assertThat(InclusionProof.parse(proof).digest()).isEqualTo(sha256(envelope));
        assertThat(events(model.id(), RegistryEvents.MODEL_REPRODUCED))
                .singleElement()
                .satisfies(event ->
                        assertThat(event.path("verdict_sha256").asString()).isEqualTo(sha256(envelope)));
        assertThat(judge(model, reproduction, verdict.deepCopy().put("outcome", "NOT_REPRODUCED"))
                        .expect(409)
                        .code())
                .isEqualTo("VERDICT_CONFLICT");
        Answer refused = judge(model, UUID.randomUUID(), verdict.deepCopy().put("expected", "00ff"))
                .expect(422);
        assertThat(refused.detail()).contains("reproduction_id");
        get("/model/" + model.id() + "/proof?of=verdict", ACME).expect(422);
    }

    /** The digest that is proved to be under a root. */
    private String proved(UUID model, String of) {
        InclusionProof proof = InclusionProof.parse(ready("/model/" + model + "/proof?of=" + of, ACME));
        proof.verify();
        return proof.digest();
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

    private byte[] payload(UUID asset, String kind) {
        return jdbc.sql("select payload from evidence where asset_id = :id and kind = :kind")
                .param("id", asset)
                .param("kind", kind)
                .query((row, number) -> row.getBytes(1))
                .single();
    }
}
