package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.testkit.TestIdentity;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a grant allows, to whom, and until when. */
class GrantApiTest extends RegistryServer {
    private static final String ACME = TestIdentity.acmeScientist();
    private static final String OPERATOR = TestIdentity.acmeOperator();

    /** Of a company that nobody else in the tests is of. */
    private record Company(UUID id, String scientist, String operator) {
        static Company any() {
            UUID id = UUID.randomUUID();
            return new Company(
                    id,
                    TestIdentity.user(UUID.randomUUID(), "scientist", id, "DATA_SCIENTIST"),
                    TestIdentity.user(UUID.randomUUID(), "operator", id, "OPERATOR"));
        }
    }

    private interface Operation {
        Answer as(String token) throws Exception;
    }

    /** Who asks, and what he was granted; null for nothing at all. */
    private record Asker(
            String name, String token, @Nullable Set<String> granted, boolean owner, boolean scientist) {}

    private Answer grant(String kind, UUID asset, UUID organization, String token, String... permissions)
            throws Exception {
        String list = JSON.writeValueAsString(Map.of("permissions", permissions));
        return send(request("/" + kind + "/" + asset + "/grants/" + organization, token)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(list))
                .build());
    }

    private Answer delete(String path, String token) throws Exception {
        return send(request(path, token).DELETE().build());
    }

    private Answer onBehalf(String path, String user) throws Exception {
        return send(request(path, TestIdentity.service("translation-service"))
                .header("X-On-Behalf-Of", user)
                .GET()
                .build());
    }

    private Answer translate(UUID source, String user) throws Exception {
        Form form = Form.of()
                .file("artifact", "model.onnx", "application/octet-stream", random(50))
                .field("certificate", "{}");
        return send(request(
                        "/internal/translation?source_model_id=" + source + "&format=onnx",
                        TestIdentity.service("translation-service"))
                .header("X-On-Behalf-Of", user)
                .header("Content-Type", Form.TYPE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(form.body()))
                .build());
    }

    private Answer train(UUID dataset, String token) throws Exception {
        return post(
                "/model",
                token,
                Form.of().field("metadata", "{\"data_params\":{\"dataset_id\":\"%s\"}}".formatted(dataset)));
    }

    private List<Asker> askers(String kind, UUID asset) throws Exception {
        List<Asker> askers = new ArrayList<>();
        askers.add(new Asker("owner", ACME, Set.of("read", "use", "train"), true, true));
        askers.add(new Asker("owner's operator", OPERATOR, Set.of("read", "use", "train"), true, false));
        for (Set<String> permissions :
                List.of(Set.of("read"), Set.of("use"), Set.of("train"), Set.of("read", "use", "train"))) {
            Company grantee = Company.any();
            grant(kind, asset, grantee.id(), ACME, permissions.toArray(String[]::new))
                    .expect(201);
            askers.add(new Asker("grantee of " + permissions, grantee.scientist(), permissions, false, true));
            askers.add(
                    new Asker("operator of grantee of " + permissions, grantee.operator(), permissions, false, false));
        }
        Company revoked = Company.any();
        grant(kind, asset, revoked.id(), ACME, "read", "use", "train").expect(201);
        delete("/" + kind + "/" + asset + "/grants/" + revoked.id(), ACME).expect(204);
        askers.add(new Asker("revoked", revoked.scientist(), null, false, true));
        askers.add(new Asker("stranger", Company.any().scientist(), null, false, true));
        return askers;
    }

    /** @param needs a permission, {@code see} for any grant, {@code own} for the owner alone */
    private void verify(String kind, UUID asset, Map<String, Operation> operations, Map<String, String> needs)
            throws Exception {
        for (Asker asker : askers(kind, asset)) {
            for (Map.Entry<String, Operation> operation : operations.entrySet()) {
                String need = needs.getOrDefault(operation.getKey(), "see");
                Answer answer = operation.getValue().as(asker.token());
                String what =
                        "%s by %s: %d %s".formatted(operation.getKey(), asker.name(), answer.status(), answer.detail());
                if (asker.granted() == null) {
                    assertThat(answer.status()).as(what).isEqualTo(404);
                    continue;
                }
                boolean allowed = need.equals("see")
                        || (asker.scientist()
                                && (asker.owner() || asker.granted().contains(need)));
                if (allowed) {
                    assertThat(answer.status() / 100).as(what).isEqualTo(2);
                } else {
                    assertThat(answer.status()).as(what).isEqualTo(403);
                    assertThat(answer.code()).as(what).isEqualTo(asker.scientist() ? "NOT_GRANTED" : "FORBIDDEN");
                }
            }
        }
    }

    @Test
    void aDatasetsGrantAllowsWhatItSaysAndNothingElse() throws Exception {
        UUID dataset = registerDataset(ACME, random(100));
        UUID other = UUID.randomUUID();
        Map<String, Operation> operations = new LinkedHashMap<>();
        operations.put("status", token -> get("/dataset/" + dataset + "/status", token));
        operations.put("metadata", token -> get("/dataset/" + dataset + "/metadata", token));
        operations.put("chain", token -> get("/metadata/" + dataset, token));
        operations.put("grants", token -> get("/dataset/" + dataset + "/grants", token));
        operations.put("download", token -> get("/dataset/" + dataset, token));
        operations.put("train", token -> train(dataset, token));
        operations.put("grant", token -> grant("dataset", dataset, other, token, "read"));
        verify("dataset", dataset, operations, Map.of("download", "read", "train", "train", "grant", "own"));
    }

    @Test
    void aModelsGrantAllowsWhatItSaysAndNothingElse() throws Exception {
        UUID model = trainedModel(ACME, random(100));
        UUID other = UUID.randomUUID();
        Map<String, Operation> operations = new LinkedHashMap<>();
        operations.put("status", token -> get("/model/" + model + "/status", token));
        operations.put("metadata", token -> get("/model/" + model + "/metadata", token));
        operations.put("grants", token -> get("/model/" + model + "/grants", token));
        operations.put("download", token -> get("/model/" + model, token));
        operations.put("definition", token -> get("/model/" + model + "/definition", token));
        operations.put("grant", token -> grant("model", model, other, token, "read"));
        verify("model", model, operations, Map.of("download", "read", "definition", "read", "grant", "own"));
    }

    @Test
    void aServiceUsesAModelForWhomItMayButDoesNotHandItOut() throws Exception {
        UUID model = trainedModel(ACME, random(100));
        for (Asker asker : askers("model", model)) {
            if (!asker.scientist()) {
                continue;
            }
            Set<String> granted = asker.granted();
            int use = granted == null ? 404 : granted.contains("use") ? 200 : 403;
            int read = granted == null ? 404 : granted.contains("read") ? 200 : 403;
            String internal = "/internal/model/" + model + "/artifact";
            assertThat(onBehalf(internal, asker.token()).status())
                    .as(asker.name())
                    .isEqualTo(use);
            assertThat(onBehalf("/model/" + model, asker.token()).status())
                    .as(asker.name())
                    .isEqualTo(read);
            assertThat(get(internal, asker.token()).status()).as(asker.name()).isEqualTo(403);
            assertThat(translate(model, asker.token()).status())
                    .as(asker.name())
                    .isEqualTo(use == 200 ? 201 : use);
        }
    }

    @Test
    void aTranslationBelongsToTheModelsOwnerAndIsSeenThroughTheModelsGrant() throws Exception {
        UUID model = trainedModel(ACME, random(100));
        Company user = Company.any();
        Company reader = Company.any();
        grant("model", model, user.id(), ACME, "use").expect(201);
        grant("model", model, reader.id(), ACME, "read").expect(201);
        JsonNode translation = translate(model, user.scientist()).expect(201).json();
        String path = "/model/" + translation.path("model_id").asString();
        JsonNode status = get(path + "/status", user.scientist()).expect(200).json();
        assertThat(status.path("organization_id").asString()).isEqualTo(TestIdentity.ACME.toString());
        assertThat(get(path + "/certificate", user.scientist()).status()).isEqualTo(200);
        assertThat(get(path, user.scientist()).expect(403).code()).isEqualTo("NOT_GRANTED");
        assertThat(get(path, reader.scientist()).status()).isEqualTo(200);
        assertThat(get(path, ACME).status()).isEqualTo(200);
        delete("/model/" + model + "/grants/" + reader.id(), ACME).expect(204);
        assertThat(get(path, reader.scientist()).status()).isEqualTo(404);
    }

    @Test
    void aJobUnderAGrantComesToItsEndThoughTheGrantIsRevokedButNoneStarts() throws Exception {
        byte[] data = random(100);
        UUID dataset = registerDataset(ACME, data);
        Company grantee = Company.any();
        grant("dataset", dataset, grantee.id(), ACME, "train").expect(201);
        UUID running = UUID.fromString(train(dataset, grantee.scientist())
                .expect(201)
                .json()
                .path("model_id")
                .asString());
        UUID waiting = UUID.fromString(train(dataset, grantee.scientist())
                .expect(201)
                .json()
                .path("model_id")
                .asString());
        UUID job = UUID.randomUUID();
        String credential = jobCredential(running, job);
        assertThat(get("/dataset/" + dataset, credential).expect(200).body()).isEqualTo(data);
        assertThat(get("/dataset/" + dataset, grantee.scientist()).status()).isEqualTo(403);

        delete("/dataset/" + dataset + "/grants/" + grantee.id(), ACME).expect(204);
        assertThat(get("/dataset/" + dataset, credential).expect(200).body()).isEqualTo(data);
        byte[] result = random(40);
        put("/model/" + running, jobCredential(running, job), result).expect(200);
        assertThat(get("/model/" + running, grantee.scientist()).expect(200).body())
                .isEqualTo(result);
        Answer refused = postJson(
                        "/internal/model/" + waiting + "/job-credential",
                        TestIdentity.service("training-service"),
                        "{\"job_id\":\"%s\",\"valid_seconds\":60}".formatted(UUID.randomUUID()))
                .expect(403);
        assertThat(refused.code()).isEqualTo("NOT_GRANTED");
        assertThat(refused.detail()).contains("revoked");
        assertThat(train(dataset, grantee.scientist()).status()).isEqualTo(404);
    }

    @Test
    void bothSidesSeeAGrantItsHistoryAndItsEvents() throws Exception {
        UUID dataset = registerDataset(ACME, random(100));
        Company grantee = Company.any();
        Company another = Company.any();
        JsonNode first = grant("dataset", dataset, grantee.id(), ACME, "train", "read")
                .expect(201)
                .json();
        assertThat(first.path("permissions").toString()).isEqualTo("[\"read\",\"train\"]");
        assertThat(first.path("kind").asString()).isEqualTo("dataset");
        grant("dataset", dataset, grantee.id(), ACME, "read", "train").expect(200);
        grant("dataset", dataset, grantee.id(), ACME, "read").expect(200);
        grant("dataset", dataset, another.id(), ACME, "use").expect(201);

        assertThat(get("/dataset/" + dataset + "/grants", ACME)
                        .json()
                        .path("grants")
                        .size())
                .isEqualTo(2);
        JsonNode seen = get("/dataset/" + dataset + "/grants", grantee.operator())
                .expect(200)
                .json();
        assertThat(seen.path("grants").size()).isEqualTo(1);
        assertThat(seen.toString()).doesNotContain(another.id().toString()).doesNotContain("changed_by");
        delete("/dataset/" + dataset + "/grants/" + grantee.id(), ACME).expect(204);
        assertThat(delete("/dataset/" + dataset + "/grants/" + grantee.id(), ACME)
                        .expect(404)
                        .code())
                .isEqualTo("UNKNOWN_GRANT");
        JsonNode history = get("/dataset/" + dataset + "/grants", ACME).json().path("history");
        assertThat(history.valueStream()
                        .map(change -> change.path("change").asString())
                        .toList())
                .containsExactly("REVOKED", "GRANTED", "GRANTED", "GRANTED");
        assertThat(history.path(0).path("changed_by").asString()).isEqualTo(TestIdentity.ACME_SCIENTIST.toString());

        assertThat(events(dataset, RegistryEvents.ASSET_GRANTED)).hasSize(6);
        assertThat(events(dataset, RegistryEvents.ASSET_REVOKED)).hasSize(2);
        assertThat(events(dataset, RegistryEvents.ASSET_REVOKED)
                        .getFirst()
                        .path("organization_id")
                        .asString())
                .isEqualTo(grantee.id().toString());
        assertThat(jdbc.sql("""
                        select count(*) from outbox_event where key = :key and payload like :to
                        """)
                        .param("key", dataset.toString())
                        .param("to", "%\"organizationid\":\"" + grantee.id() + "\"%")
                        .query(Long.class)
                        .single())
                .isEqualTo(3);
    }

    @Test
    void listsWhatWasGivenAndWhatWasReceivedPageByPage() throws Exception {
        Company owner = Company.any();
        Company grantee = Company.any();
        List<String> assets = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            UUID dataset = registerDataset(owner.scientist(), random(10));
            grant("dataset", dataset, grantee.id(), owner.scientist(), "read").expect(201);
            assets.addFirst(dataset.toString());
        }
        List<String> received = new ArrayList<>();
        String path = "/grants?direction=received&limit=2";
        JsonNode page = get(path, grantee.scientist()).expect(200).json();
        assertThat(page.path("items").size()).isEqualTo(2);
        page.path("items").forEach(item -> received.add(item.path("asset_id").asString()));
        page = get(path + "&cursor=" + page.path("next_cursor").asString(), grantee.operator())
                .expect(200)
                .json();
        page.path("items").forEach(item -> received.add(item.path("asset_id").asString()));
        assertThat(page.has("next_cursor")).isFalse();
        assertThat(received).isEqualTo(assets);
        assertThat(get("/grants?direction=given", owner.scientist())
                        .json()
                        .path("items")
                        .size())
                .isEqualTo(3);
        assertThat(get("/grants?direction=given", grantee.scientist())
                        .json()
                        .path("items")
                        .size())
                .isZero();
        assertThat(get("/grants?direction=sideways", ACME).expect(422).detail())
                .isEqualTo("direction: sideways (expected: given or received)");
    }

    @Test
    void whatOnlyTheOwnerMayDoNoGrantAllows() throws Exception {
        UUID model = registerModel(ACME, registerDataset(ACME, random(10)));
        UUID trained = trainedModel(ACME, random(10));
        Company grantee = Company.any();
        for (UUID each : List.of(model, trained)) {
            grant("model", each, grantee.id(), ACME, "read", "use", "train").expect(201);
        }
        assertThat(postJson("/model/" + trained + "/release", grantee.operator(), "")
                        .expect(403)
                        .code())
                .isEqualTo("NOT_GRANTED");
        assertThat(delete("/model/" + trained, grantee.scientist()).expect(403).code())
                .isEqualTo("NOT_GRANTED");
        assertThat(delete("/model/" + trained + "/grants/" + grantee.id(), grantee.scientist())
                        .expect(403)
                        .code())
                .isEqualTo("NOT_GRANTED");
        Answer job =
                send(request("/internal/model/" + model + "/job-credential", TestIdentity.service("training-service"))
                        .header("X-On-Behalf-Of", grantee.scientist())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"job_id\":\"%s\",\"valid_seconds\":60}".formatted(UUID.randomUUID())))
                        .build());
        assertThat(job.expect(403).code()).isEqualTo("NOT_GRANTED");
        assertThat(onBehalf("/internal/model/" + model + "/training", grantee.scientist())
                        .expect(403)
                        .code())
                .isEqualTo("NOT_GRANTED");
    }

    @Test
    void refusesAGrantOfNothingToOneselfOrOfAnotherCompanysAsset() throws Exception {
        UUID dataset = registerDataset(ACME, random(10));
        assertThat(grant("dataset", dataset, UUID.randomUUID(), ACME)
                        .expect(422)
                        .code())
                .isEqualTo("INVALID_REQUEST");
        assertThat(grant("dataset", dataset, UUID.randomUUID(), ACME, "fly").status())
                .isEqualTo(400);
        assertThat(grant("dataset", dataset, TestIdentity.ACME, ACME, "read")
                        .expect(422)
                        .code())
                .isEqualTo("INVALID_REQUEST");
        assertThat(grant("dataset", dataset, TestIdentity.GLOBEX, TestIdentity.globexScientist(), "read")
                        .expect(404)
                        .code())
                .isEqualTo("UNKNOWN_DATASET");
    }
}
