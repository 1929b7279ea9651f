package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.provenance.dsse.Envelope;
import io.mlaas.provenance.intoto.SlsaProvenance;
import io.mlaas.provenance.intoto.Statement;
import io.mlaas.testkit.TestIdentity;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SnapshotApiTest extends RegistryServer {
    private static final String ACME = TestIdentity.acmeScientist();

    @Test
    void registersASnapshotAsTheNextVersionOfItsLearnerOnce() throws Exception {
        UUID source = trainedModel(ACME, random(500));
        UUID learner = UUID.randomUUID();
        byte[] archive = random(700);
        String record = "{\"name\": \"pump-7\", \"snapshot\": 1, \"source_model_id\": \"" + source + "\"}";

        JsonNode first = register(learner, 1, record, archive).expect(201).json();
        JsonNode second = register(learner, 2, "{\"name\": \"pump-7\"}", random(700))
                .expect(201)
                .json();

        UUID id = UUID.fromString(first.path("model_id").asString());
        assertThat(get("/model/" + id, ACME).expect(200).body()).isEqualTo(archive);
        assertThat(get("/model/" + id + "/definition", ACME).expect(200).body()).isEqualTo(bytes(record));
        JsonNode status = get("/model/" + id + "/status", ACME).json();
        assertThat(status.path("status").asString()).isEqualTo("TRAINED");
        assertThat(status.path("origin").asString()).isEqualTo("learned");
        assertThat(status.path("learner_id").asString()).isEqualTo(learner.toString());
        assertThat(status.path("snapshot").asInt()).isEqualTo(1);
        assertThat(status.path("version").asInt()).isEqualTo(1);
        assertThat(get("/model/" + second.path("model_id").asString() + "/status", ACME)
                        .json()
                        .path("version")
                        .asInt())
                .isEqualTo(2);
        JsonNode onChain = get("/metadata/" + id, ACME).expect(200).json();
        assertThat(onChain.at("/model_params/source_model_id").asString()).isEqualTo(source.toString());
        assertThat(onChain.at("/model_params/res_sha256").asString()).isEqualTo(sha256(archive));
        assertThat(onChain.at("/model_params/definition_sha256").asString()).isEqualTo(sha256(bytes(record)));
        assertThat(onChain.at("/model_params/train_image_sha256").asString()).isEqualTo(sha256(bytes("{}")));
        assertThat(onChain.at("/data_params/dataset_id").isMissingNode()).isTrue();
        assertThat(events(id, RegistryEvents.MODEL_LEARNED)).hasSize(1);

        JsonNode again = register(learner, 1, record, archive).expect(200).json();
        assertThat(again.path("created").asBoolean()).isFalse();
        assertThat(again.path("model_id").asString()).isEqualTo(id.toString());
        assertThat(register(learner, 1, record, random(10)).expect(409).code()).isEqualTo("RESULT_ALREADY_REGISTERED");
    }

    @Test
    void isStatedToBeOfItsLearnerAndOfTheModelThatThisBeganWith() throws Exception {
        byte[] begunWith = random(500);
        UUID source = trainedModel(ACME, begunWith);
        UUID learner = UUID.randomUUID();
        String record = "{\"name\": \"pump-8\", \"source_model_id\": \"" + source + "\"}";
        JsonNode snapshot =
                register(learner, 1, record, random(700)).expect(201).json();
        String path = "/model/" + snapshot.path("model_id").asString() + "/provenance";

        Answer answer = await().until(() -> get(path, ACME), given -> given.status() != 409)
                .expect(200);

        Statement statement = Statement.verify(
                Envelope.parse(answer.body()), notary.signer(null).key());
        SlsaProvenance said = SlsaProvenance.read(statement);
        assertThat(said.buildDefinition().buildType()).isEqualTo("https://mlaas.io/build-types/learning/v1");
        assertThat(said.buildDefinition()
                        .externalParameters()
                        .path("learner_id")
                        .asString())
                .isEqualTo(learner.toString());
        assertThat(said.buildDefinition().resolvedDependencies())
                .extracting(input -> input.digest().get("sha256"))
                .containsExactly(sha256(bytes("{}")), sha256(begunWith));
        assertThat(said.runDetails().byproducts())
                .extracting(output -> output.digest().get("sha256"))
                .containsExactly(sha256(bytes(record)));
    }

    @Test
    void outlivesTheModelThatItsLearnerBeganWithAndIsNotSharedWithIt() throws Exception {
        UUID source = trainedModel(ACME, random(500));
        send(request("/model/" + source + "/grants/" + TestIdentity.GLOBEX, ACME)
                        .header("Content-Type", "application/json")
                        .PUT(java.net.http.HttpRequest.BodyPublishers.ofString("{\"permissions\": [\"read\"]}"))
                        .build())
                .expect(201);
        String record = "{\"name\": \"outlives\", \"source_model_id\": \"" + source + "\"}";
        String id = register(UUID.randomUUID(), 1, record, random(100))
                .expect(201)
                .json()
                .path("model_id")
                .asString();

        get("/model/" + source, TestIdentity.globexScientist()).expect(200);
        get("/model/" + id, TestIdentity.globexScientist()).expect(404);
        send(request("/model/" + source, ACME).DELETE().build()).expect(204);
        get("/model/" + id, ACME).expect(200);
    }

    @Test
    void refusesWhatIsNoSnapshot() throws Exception {
        String unknown = "{\"source_model_id\": \"" + UUID.randomUUID() + "\"}";
        assertThat(register(UUID.randomUUID(), 1, unknown, random(10))
                        .expect(404)
                        .code())
                .isEqualTo("UNKNOWN_MODEL");
        assertThat(register(UUID.randomUUID(), 0, "{}", random(10)).expect(422).code())
                .isEqualTo("INVALID_REQUEST");
        assertThat(register(UUID.randomUUID(), 1, "{\"name\": \"A b\"}", random(10))
                        .expect(422)
                        .code())
                .isEqualTo("INVALID_METADATA");
    }

    private Answer register(UUID learner, long number, String record, byte[] artifact) throws Exception {
        Form form = Form.of()
                .file("artifact", "pump-7.pt", "application/octet-stream", artifact)
                .field("learner", "{}")
                .field("record", record);
        return post(
                "/internal/snapshot?format=torchscript&requested_by=me&learner_id=" + learner + "&snapshot=" + number
                        + "&organization_id=" + TestIdentity.ACME,
                TestIdentity.service("online-learning-service"),
                form);
    }
}
