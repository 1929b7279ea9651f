package io.mlaas.sharing;

import static org.awaitility.Awaitility.await;

import io.mlaas.provenance.dsse.EvidenceKey;
import io.mlaas.testkit.TestIdentity;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** The service, with models of whose training it was told. */
public abstract class AttestedServer extends RegistryServer {
    protected static final String ACME = TestIdentity.acmeScientist();
    protected static final String SERVICE = TestIdentity.service("training-service");

    /** A model that was trained, and the record of its training. */
    protected record Trained(UUID id, byte[] file, ObjectNode record) {}

    protected Trained trained() throws Exception {
        byte[] data = random(10);
        UUID dataset = registerDataset(ACME, data);
        UUID id = UUID.fromString(post(
                        "/model",
                        ACME,
                        Form.of()
                                .field(
                                        "metadata",
                                        "{\"data_params\":{\"dataset_id\":\"%s\"},\"model_params\":{\"params\":{\"epochs\":3}}}"
                                                .formatted(dataset))
                                .file("model", "network.json", "application/json", bytes("{\"layers\":[]}")))
                .expect(201)
                .json()
                .path("model_id")
                .asString());
        UUID job = UUID.randomUUID();
        byte[] file = random(500);
        put("/model/" + id, jobCredential(id, job), file).expect(200);
        String record = """
                {"job_id": "%s", "model_id": "%s", "organization_id": "%s", "run": 1, "runner": "process",
                 "image": {"reference": "mlaas/trainer:1", "sha256": "%s"},
                 "datasets": [{"id": "%s", "file_name": "data.bin", "sha256": "%s"}],
                 "definition": {"file_name": "network.json", "sha256": "%s"},
                 "parameters": {"epochs": "3"}, "environment": {"OMP_NUM_THREADS": "2"}, "seeds": {"seed": "7"},
                 "threads": 2, "libraries": {"pytorch": "2.7.1"},
                 "platform": {"os": "Linux", "architecture": "amd64", "cpu_flags": ["avx2"], "cores": 2},
                 "logs": {"sha256": "%s", "size_bytes": 12},
                 "result": {"file_name": "model.pt", "size_bytes": %d, "sha256": "%s"},
                 "metrics": {"accuracy": 0.97},
                 "started_at": "2026-11-22T12:00:00Z", "finished_at": "2026-11-22T12:01:00.5Z"}
                """.formatted(
                        job,
                        id,
                        TestIdentity.ACME,
                        FakeTraining.SHA256,
                        dataset,
                        sha256(data),
                        sha256(bytes("{\"layers\":[]}")),
                        sha256(bytes("a log")),
                        file.length,
                        sha256(file));
        return new Trained(id, file, (ObjectNode) JSON.readTree(record));
    }

    protected static ObjectNode verdict(Trained model, UUID reproduction) {
        return (ObjectNode) JSON.readTree("""
                {"reproduction_id": "%s", "model_id": "%s", "organization_id": "%s", "owner_id": "%s",
                 "requested_by": "somebody", "outcome": "REPRODUCED", "summary": "Two runs made the registered bytes.",
                 "expected": "%s", "image_sha256": "%s", "runner": "process",
                 "runs": [{"number": 1, "equal": true, "sha256": "%s", "size_bytes": 500}],
                 "metrics": [], "causes": [], "limits": [],
                 "started_at": "2026-11-22T13:00:00Z", "finished_at": "2026-11-22T13:01:00Z"}
                """.formatted(
                        reproduction,
                        model.id(),
                        TestIdentity.ACME,
                        TestIdentity.ACME,
                        sha256(model.file()),
                        FakeTraining.SHA256,
                        sha256(model.file())));
    }

    protected Answer tell(Trained model, ObjectNode record) throws Exception {
        return putJson("/internal/model/" + model.id() + "/training-record", record);
    }

    protected Answer judge(Trained model, UUID reproduction, ObjectNode verdict) throws Exception {
        return putJson("/internal/model/" + model.id() + "/reproductions/" + reproduction, verdict);
    }

    protected Answer putJson(String path, ObjectNode body) throws Exception {
        return send(request(path, SERVICE)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
    }

    /** What is there as soon as it is ready. */
    protected byte[] ready(String path, String token) {
        return await().atMost(Duration.ofSeconds(30))
                .until(() -> get(path, token), answer -> answer.status() != 409)
                .expect(200)
                .body();
    }

    protected EvidenceKey platformKey() {
        return notary.signer(null).key();
    }
}
