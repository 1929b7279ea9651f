package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.testkit.TestIdentity;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class DeletionApiTest extends RegistryServer {
    private static final String ACME = TestIdentity.acmeScientist();

    private Answer delete(String path, String token) throws Exception {
        return send(request(path, token).DELETE().build());
    }

    private Answer train(UUID dataset, String token) throws Exception {
        return post(
                "/model",
                token,
                Form.of().field("metadata", "{\"data_params\":{\"dataset_id\":\"%s\"}}".formatted(dataset)));
    }

    private void grant(UUID dataset, UUID organization, String permission) throws Exception {
        send(request("/dataset/" + dataset + "/grants/" + organization, ACME)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"permissions\":[\"" + permission + "\"]}"))
                        .build())
                .expect(201);
    }

    private void isRemoved(byte[] content) {
        await().untilAsserted(
                        () -> assertThat(stored(TestIdentity.ACME, content)).doesNotExist());
    }

    @Test
    void nothingButTheChainsRecordIsLeftOfADeletedDataset() throws Exception {
        byte[] content = random(1000);
        UUID dataset = registerDataset(ACME, content);
        grant(dataset, TestIdentity.GLOBEX, "read");
        assertThat(delete("/dataset/" + dataset, TestIdentity.globexScientist())
                        .expect(403)
                        .code())
                .isEqualTo("NOT_GRANTED");
        delete("/dataset/" + dataset, ACME).expect(204);

        for (String path : List.of("", "/status", "/grants")) {
            assertThat(get("/dataset/" + dataset + path, ACME).expect(410).code())
                    .isEqualTo("ASSET_DELETED");
        }
        assertThat(delete("/dataset/" + dataset, ACME).expect(410).code()).isEqualTo("ASSET_DELETED");
        assertThat(train(dataset, ACME).expect(410).code()).isEqualTo("ASSET_DELETED");
        String globex = TestIdentity.globexScientist();
        assertThat(get("/dataset/" + dataset + "/status", globex).status()).isEqualTo(404);
        assertThat(get("/metadata/" + dataset, globex).status()).isEqualTo(404);
        for (String path : List.of("/metadata/" + dataset, "/dataset/" + dataset + "/metadata")) {
            assertThat(get(path, ACME).expect(200).json().path("sha256").asString())
                    .isEqualTo(sha256(content));
        }
        assertThat(get("/dataset?limit=200", ACME).body()).asString().doesNotContain(dataset.toString());
        assertThat(events(dataset, RegistryEvents.ASSET_DELETED)).hasSize(1);
        assertThat(events(dataset, RegistryEvents.ASSET_REVOKED)).hasSize(2);
        isRemoved(content);
    }

    @Test
    void refusesToDeleteWhatSomethingDependsOn() throws Exception {
        UUID dataset = registerDataset(ACME, random(10));
        UUID model = registerModel(ACME, dataset);
        assertThat(delete("/dataset/" + dataset, ACME).expect(409).detail())
                .isEqualTo("dataset_id: %s is needed by model %s (expected: nothing)".formatted(dataset, model));
        Answer training = delete("/model/" + model, ACME).expect(409);
        assertThat(training.code()).isEqualTo("ASSET_IN_USE");
        assertThat(training.detail()).contains("its training (REGISTERED)");

        byte[] result = random(300);
        put("/model/" + model, jobCredential(model, UUID.randomUUID()), result).expect(200);
        byte[] onnx = random(200);
        Form form = Form.of().file("artifact", "m.onnx", "a/b", onnx).field("certificate", "{}");
        UUID translation = UUID.fromString(send(request(
                                "/internal/translation?source_model_id=" + model + "&format=onnx",
                                TestIdentity.service("translation-service"))
                        .header("X-On-Behalf-Of", ACME)
                        .header("Content-Type", Form.TYPE)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(form.body()))
                        .build())
                .expect(201)
                .json()
                .path("model_id")
                .asString());
        assertThat(delete("/model/" + model, ACME).expect(409).detail()).contains("translation " + translation);

        delete("/model/" + translation, ACME).expect(204);
        assertThat(get("/model/" + model + "/definition", ACME).status()).isEqualTo(200);
        delete("/model/" + model, ACME).expect(204);
        delete("/dataset/" + dataset, ACME).expect(204);
        isRemoved(onnx);
        isRemoved(result);
        assertThat(get("/model/" + model, ACME).expect(410).code()).isEqualTo("ASSET_DELETED");
        assertThat(get("/model/" + model + "/metadata", ACME)
                        .expect(200)
                        .json()
                        .path("model_params")
                        .path("res_sha256")
                        .asString())
                .isEqualTo(sha256(result));
    }

    @Test
    void namesTenDependantsAndOfAnotherCompanysOnlyTheCompany() throws Exception {
        UUID dataset = registerDataset(ACME, random(10));
        grant(dataset, TestIdentity.GLOBEX, "train");
        String foreign = train(dataset, TestIdentity.globexScientist())
                .expect(201)
                .json()
                .path("model_id")
                .asString();
        for (int i = 0; i < 10; i++) {
            train(dataset, ACME).expect(201);
        }
        String detail = delete("/dataset/" + dataset, ACME).expect(409).detail();
        assertThat(detail)
                .contains("a model of company " + TestIdentity.GLOBEX)
                .doesNotContain(foreign)
                .contains(", more (expected");
        assertThat(detail.split(" model ", -1)).hasSize(11);
    }

    @Test
    void keepsAnObjectThatAnotherAssetRefersTo() throws Exception {
        byte[] content = random(100);
        UUID first = registerDataset(ACME, content);
        UUID second = registerDataset(ACME, content);
        delete("/dataset/" + first, ACME).expect(204);
        byte[] marker = random(100);
        delete("/dataset/" + registerDataset(ACME, marker), ACME).expect(204);
        isRemoved(marker);
        await().untilAsserted(() -> assertThat(waiting(content)).isZero());
        assertThat(get("/dataset/" + second, ACME).expect(200).body()).isEqualTo(content);
        delete("/dataset/" + second, ACME).expect(204);
        isRemoved(content);
        UUID third = registerDataset(ACME, content);
        assertThat(get("/dataset/" + third, ACME).expect(200).body()).isEqualTo(content);
    }

    @Test
    void finishesLaterWhatAKilledProcessLeft() throws Exception {
        byte[] content = random(100);
        UUID dataset = registerDataset(ACME, content);
        // Just what is committed when the process is killed right after its transaction.
        jdbc.sql("update dataset set state = 'DELETED' where id = :id")
                .param("id", dataset)
                .update();
        jdbc.sql("update artifact set released_at = now() where sha256 = :sha256")
                .param("sha256", sha256(content))
                .update();
        assertThat(Files.exists(stored(TestIdentity.ACME, content))).isTrue();
        jdbc.sql(
                        "insert into promoted_object (organization_id, object_key, promoted_at) values (:company, :key, 'epoch')")
                .param("company", TestIdentity.ACME)
                .param("key", "sha256/" + sha256(content))
                .update();
        isRemoved(content);
        await().untilAsserted(() -> assertThat(waiting(content)).isZero());
    }

    private long waiting(byte[] content) {
        return jdbc.sql("select count(*) from promoted_object where object_key = :key")
                .param("key", "sha256/" + sha256(content))
                .query(Long.class)
                .single();
    }

    @Test
    void aModelAndTheDeletionOfItsDatasetExcludeEachOther() throws Exception {
        for (int round = 0; round < 10; round++) {
            UUID dataset = registerDataset(ACME, random(10));
            List<Callable<Answer>> requests = new ArrayList<>();
            requests.add(() -> train(dataset, ACME));
            requests.add(() -> delete("/dataset/" + dataset, ACME));
            requests.add(() -> train(dataset, ACME));
            List<Integer> statuses = new ArrayList<>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<Answer> answer : threads.invokeAll(requests)) {
                    statuses.add(answer.get().status());
                }
            }
            boolean deleted = statuses.get(1) == 204;
            assertThat(statuses.get(1)).isIn(204, 409);
            for (int trained : List.of(statuses.get(0), statuses.get(2))) {
                assertThat(trained)
                        .as("round %d: %s", round, statuses)
                        .isIn(deleted ? List.of(409, 410) : List.of(201));
            }
        }
    }

    @Test
    void twoDeletionsAreOne() throws Exception {
        UUID dataset = registerDataset(ACME, random(10));
        List<Callable<Answer>> requests =
                List.of(() -> delete("/dataset/" + dataset, ACME), () -> delete("/dataset/" + dataset, ACME));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Integer> statuses = new ArrayList<>();
            for (Future<Answer> answer : threads.invokeAll(requests)) {
                statuses.add(answer.get().status());
            }
            assertThat(statuses).containsExactlyInAnyOrder(204, 410);
        }
        assertThat(events(dataset, RegistryEvents.ASSET_DELETED)).hasSize(1);
    }
}
