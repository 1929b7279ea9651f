package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Names, versions, aliases, descriptions and tags. */
class LabelApiTest extends RegistryServer {
    private static final String ACME = TestIdentity.acmeScientist();
    private static final String GLOBEX = TestIdentity.globexScientist();
    private static final UUID ACME_ID = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");

    private static String fresh() {
        return "n" + UUID.randomUUID();
    }

    private UUID named(String name, byte[] content) throws Exception {
        Answer answer = post(
                        "/dataset",
                        ACME,
                        Form.of()
                                .file("dataset", "data.bin", "text/csv", content)
                                .field("metadata", "{\"samples_dimension\":\"(1)\",\"name\":\"%s\"}".formatted(name)))
                .expect(201);
        return UUID.fromString(answer.json().path("dataset_id").asString());
    }

    private UUID namedModel(String name, String dataset, byte[] artifact) throws Exception {
        Answer answer = post(
                        "/model",
                        ACME,
                        Form.of()
                                .field(
                                        "metadata",
                                        "{\"model_params\":{\"name\":\"%s\"},\"data_params\":{\"dataset_id\":\"%s\"}}"
                                                .formatted(name, dataset)))
                .expect(201);
        UUID model = UUID.fromString(answer.json().path("model_id").asString());
        put("/model/" + model, jobCredential(model, UUID.randomUUID()), artifact)
                .expect(200);
        return model;
    }

    private Answer alias(String asset, String alias, @Nullable Object expected) throws Exception {
        HttpRequest.Builder request = request(asset + "/aliases/" + alias, ACME);
        if (expected != null) {
            request.header("If-Match", "\"" + expected + "\"");
        }
        return send(request.PUT(HttpRequest.BodyPublishers.noBody()).build());
    }

    private Answer delete(String path) throws Exception {
        return send(request(path, ACME).DELETE().build());
    }

    private Answer patch(String path, String token, String json) throws Exception {
        return send(request(path, token)
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    @Test
    void twentyRegistrationsAtOnceGetTheVersionsOneToTwenty() throws Exception {
        String name = fresh();
        try (ExecutorService threads = Executors.newFixedThreadPool(20)) {
            List<Future<UUID>> registrations = IntStream.range(0, 20)
                    .mapToObj(i -> threads.submit(() -> named(name, random(20))))
                    .toList();
            Set<Integer> versions = new HashSet<>();
            for (Future<UUID> registration : registrations) {
                JsonNode status =
                        get("/dataset/" + registration.get() + "/status", ACME).json();
                assertThat(status.path("name").asString()).isEqualTo(name);
                versions.add(status.path("version").asInt());
            }
            assertThat(versions)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.rangeClosed(1, 20).boxed().toList());
        }
    }

    @Test
    void aReferenceIsTakenWhereverAnIdIs() throws Exception {
        String name = fresh();
        byte[] first = random(20);
        UUID dataset = named(name, first);
        UUID second = named(name, random(20));
        alias("/dataset/" + dataset, "stable", null).expect(200);

        assertThat(get("/dataset/" + name + "@stable", ACME).expect(200).body()).isEqualTo(first);
        assertThat(get("/dataset/" + name + ":2/status", ACME)
                        .expect(200)
                        .json()
                        .path("dataset_id")
                        .asString())
                .isEqualTo(second.toString());
        get("/metadata/" + name + "@stable", ACME).expect(200);
        patch("/dataset/" + name + "@stable", ACME, "{\"description\":\"by reference\"}")
                .expect(200);

        String modelName = fresh();
        UUID model = namedModel(modelName, name + "@stable", random(20));
        JsonNode status =
                get("/model/" + modelName + ":1/status", ACME).expect(200).json();
        assertThat(status.path("model_id").asString()).isEqualTo(model.toString());
        assertThat(status.path("dataset_id").asString()).isEqualTo(dataset.toString());

        assertThat(get("/dataset/" + name + "@none", ACME).expect(404).detail())
                .isEqualTo("dataset_id: " + name + "@none");
        assertThat(get("/dataset/" + name + ":3", ACME).expect(404).code()).isEqualTo("UNKNOWN_DATASET");
        assertThat(get("/dataset/" + name + "@stable", GLOBEX).expect(404).code())
                .isEqualTo("UNKNOWN_DATASET");
        assertThat(get("/dataset/" + name + "@Stable", ACME).expect(400).code()).isEqualTo("MALFORMED_REQUEST");
        assertThat(post(
                                "/model",
                                ACME,
                                Form.of()
                                        .field(
                                                "metadata",
                                                "{\"data_params\":{\"dataset_id\":\"%s@none\"}}".formatted(name)))
                        .expect(404)
                        .code())
                .isEqualTo("UNKNOWN_DATASET");
    }

    @Test
    void refusesANameThatIsNone() throws Exception {
        for (String name : List.of("Big", "a/b", "a@b", "a".repeat(101), "", "-a")) {
            Answer answer = post(
                    "/dataset",
                    ACME,
                    Form.of()
                            .file("dataset", "data.bin", "text/csv", random(9))
                            .field("metadata", "{\"samples_dimension\":\"(1)\",\"name\":\"%s\"}".formatted(name)));
            assertThat(answer.expect(422).code()).isEqualTo("INVALID_METADATA");
            assertThat(answer.detail()).startsWith("name: ");
        }
    }

    @Test
    void anAliasMovesOnlyFromWhereItIsExpectedAndKeepsItsHistory() throws Exception {
        String name = fresh();
        UUID first = named(name, random(20));
        UUID second = named(name, random(20));
        alias("/dataset/" + first, "champion", null).expect(200);
        Answer refused = alias("/dataset/" + second, "champion", second).expect(412);
        assertThat(refused.code()).isEqualTo("ALIAS_MOVED");
        assertThat(refused.detail()).contains(first.toString());
        Answer moved = alias("/dataset/" + second, "champion", first).expect(200);
        assertThat(moved.json().path("asset_id").asString()).isEqualTo(second.toString());

        assertThat(events(second, "io.mlaas.asset.alias-moved")).singleElement().satisfies(event -> {
            assertThat(event.path("alias").asString()).isEqualTo("champion");
            assertThat(event.path("from").asString()).isEqualTo(first.toString());
            assertThat(event.path("to").asString()).isEqualTo(second.toString());
            assertThat(event.path("why").asString()).isEqualTo("moved");
        });
        assertThat(delete("/dataset/" + second).expect(409).detail()).contains("alias @champion");

        delete("/dataset/" + first + "/aliases/champion").expect(204);
        assertThat(delete("/dataset/" + first + "/aliases/champion").expect(404).code())
                .isEqualTo("UNKNOWN_ALIAS");
        JsonNode aliases =
                get("/dataset/" + first + "/aliases", ACME).expect(200).json();
        assertThat(aliases.path("aliases").size()).isZero();
        assertThat(aliases.path("history").valueStream().map(change -> change.path("why")
                        .asString()))
                .containsExactly("removed", "moved", "moved");
        assertThat(aliases.path("history").path(1).path("changed_by").asString())
                .isEqualTo("dd8fca81-a999-40f5-81f0-68627e303a27");
        delete("/dataset/" + second).expect(204);
    }

    @Test
    void anAliasNeedsANameAndAGoodAsset() throws Exception {
        UUID unnamed = registerDataset(ACME, random(10));
        assertThat(alias("/dataset/" + unnamed, "champion", null).expect(409).code())
                .isEqualTo("UNNAMED_ASSET");
        UUID dataset = named(fresh(), random(10));
        assertThat(alias("/dataset/" + dataset, "1st", null).expect(422).code()).isEqualTo("INVALID_REQUEST");
        UUID untrained = registerModel(ACME, dataset);
        jdbc.sql("update model set name = :name, version = 1 where id = :id")
                .param("name", fresh())
                .param("id", untrained)
                .update();
        assertThat(alias("/model/" + untrained, "champion", null).expect(409).code())
                .isEqualTo("NOT_READY_FOR_ALIAS");
    }

    @Test
    void readersAlwaysSeeOneGoodVersionWhileAnAliasMoves() throws Exception {
        String name = fresh();
        List<byte[]> contents = List.of(random(30), random(30));
        List<UUID> versions = new ArrayList<>();
        for (byte[] content : contents) {
            versions.add(named(name, content));
        }
        alias("/dataset/" + versions.get(0), "champion", null).expect(200);
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Integer>> readers = IntStream.range(0, 3)
                    .mapToObj(i -> threads.submit(() -> {
                        int reads = 0;
                        while (!over.get()) {
                            byte[] read = get("/dataset/" + name + "@champion", ACME)
                                    .expect(200)
                                    .body();
                            assertThat(contents).anyMatch(content -> java.util.Arrays.equals(content, read));
                            reads++;
                        }
                        return reads;
                    }))
                    .toList();
            for (int i = 1; i <= 40; i++) {
                alias("/dataset/" + versions.get(i % 2), "champion", versions.get((i + 1) % 2))
                        .expect(200);
            }
            over.set(true);
            for (Future<Integer> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
        }
    }

    @Test
    void ofTwentyWhoMoveAnAliasFromTheSameVersionOneDoes() throws Exception {
        String name = fresh();
        UUID first = named(name, random(20));
        UUID second = named(name, random(20));
        alias("/dataset/" + first, "champion", null).expect(200);
        try (ExecutorService threads = Executors.newFixedThreadPool(20)) {
            List<Future<Answer>> movers = IntStream.range(0, 20)
                    .mapToObj(i -> threads.submit(() -> alias("/dataset/" + second, "champion", first)))
                    .toList();
            List<Integer> answers = new ArrayList<>();
            for (Future<Answer> mover : movers) {
                answers.add(mover.get().status());
            }
            assertThat(answers).containsOnlyOnce(200).hasSize(20).contains(412);
        }
        assertThat(events(second, "io.mlaas.asset.alias-moved")).hasSize(1);
    }

    @Test
    void theLastGoodVersionIsServedUnderItsAliasOnceABadOneIsFound() throws Exception {
        String name = fresh();
        String dataset = registerDataset(ACME, random(10)).toString();
        byte[] good = random(40);
        byte[] bad = random(40);
        UUID first = namedModel(name, dataset, good);
        UUID second = namedModel(name, dataset, bad);
        alias("/model/" + first, "champion", null).expect(200);
        alias("/model/" + second, "champion", null).expect(200);
        flipOneByte(stored(ACME_ID, bad));

        Answer tampered = get("/model/" + name + "@champion", ACME);
        assertThat(tampered.body()).isNotEqualTo(bad);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            Answer answer = get("/model/" + name + "@champion", ACME).expect(200);
            assertThat(answer.body()).isEqualTo(good);
        });
        assertThat(get("/model/" + second + "/status", ACME)
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("QUARANTINED");
        JsonNode latest =
                get("/model/" + first + "/aliases", ACME).json().path("history").path(0);
        assertThat(latest.path("why").asString()).isEqualTo("quarantine");
        assertThat(latest.path("from").asString()).isEqualTo(second.toString());
        assertThat(latest.path("to").asString()).isEqualTo(first.toString());
        assertThat(events(first, "io.mlaas.asset.alias-moved")
                        .getLast()
                        .path("why")
                        .asString())
                .isEqualTo("quarantine");

        flipOneByte(stored(ACME_ID, good));
        get("/model/" + name + "@champion", ACME);
        assertThat(get("/model/" + name + "@champion", ACME).expect(409).code()).isEqualTo("ASSET_QUARANTINED");
    }

    @Test
    void descriptionAndTagsAreMergedAndTold() throws Exception {
        UUID dataset = registerDataset(ACME, random(10));
        String path = "/dataset/" + dataset;
        patch(path, ACME, "{\"description\":\"Röntgen\",\"tags\":{\"team\":\"vision\",\"stage\":\"raw\"}}")
                .expect(200);
        JsonNode changed = patch(path, ACME, "{\"tags\":{\"stage\":null,\"year\":\"2026\"}}")
                .expect(200)
                .json();
        assertThat(changed.path("description").asString()).isEqualTo("Röntgen");
        assertThat(changed.path("tags").toString()).isEqualTo("{\"team\":\"vision\",\"year\":\"2026\"}");
        assertThat(events(dataset, "io.mlaas.asset.updated")).hasSize(2);
        patch(path, ACME, "{}").expect(200);
        assertThat(events(dataset, "io.mlaas.asset.updated")).hasSize(2);
        JsonNode emptied = patch(path, ACME, "{\"description\":null,\"tags\":null}")
                .expect(200)
                .json();
        assertThat(emptied.has("description")).isFalse();
        assertThat(emptied.path("tags").size()).isZero();

        for (String bad : List.of(
                "{\"name\":\"other\"}",
                "{\"description\":7}",
                "{\"description\":\"%s\"}".formatted("x".repeat(5001)),
                "{\"tags\":[]}",
                "{\"tags\":{\"a\":1}}",
                "{\"tags\":{\"a:b\":\"c\"}}",
                "{\"tags\":{\"\":\"c\"}}",
                "{\"tags\":{\"a\":\"%s\"}}".formatted("x".repeat(501)))) {
            assertThat(patch(path, ACME, bad).expect(422).code()).as(bad).isEqualTo("INVALID_REQUEST");
        }
        assertThat(patch(path, ACME, "[").expect(400).code()).isEqualTo("MALFORMED_REQUEST");
        assertThat(patch(path, GLOBEX, "{}").expect(404).code()).isEqualTo("UNKNOWN_DATASET");
    }
}
