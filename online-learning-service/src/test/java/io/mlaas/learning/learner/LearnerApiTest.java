package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.Documentation;
import io.mlaas.testkit.TestIdentity;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class LearnerApiTest extends RunningService {

    @Test
    void learnsWhatItIsSentAndAnswers() throws Exception {
        String name = regression("learns", "{}");

        Answer untaught = post("/learners/learns/predict", "{\"instances\": [[1, 1]]}");
        Answer update = post("/learners/" + name + "/update", rows(0, 1000, 2));

        assertThat(untaught.body().at("/predictions/0").asDouble()).isZero();
        assertThat(update.status()).isEqualTo(200);
        assertThat(update.body().path("state").asString()).isEqualTo("LEARNED");
        assertThat(update.body().at("/progress/learned").asInt()).isEqualTo(900);
        Answer list = post("/learners/learns/predict", "{\"instances\": [[1, 1], {\"b\": -1, \"a\": 0.5}]}");
        assertThat(list.body().at("/predictions/0").asDouble()).isCloseTo(1, within(0.01));
        assertThat(list.body().at("/predictions/1").asDouble()).isCloseTo(2, within(0.01));
        Answer last = post("/learners/learns/predict", "{\"instances\": []}");
        assertThat(last.body().at("/predictions/0")).isEqualTo(list.body().at("/predictions/1"));
        await().untilAsserted(() -> assertThat(jdbc.sql("""
                        select p.answer[1] from latest_prediction p join learner l on l.id = p.learner_id
                        where l.name = 'learns'
                        """).query(Double.class).optional())
                .contains(list.body().at("/predictions/1").asDouble()));
        assertThat(post("/learners/learns/predict", "{\"instances\": []}").body())
                .isEqualTo(last.body());
        await().untilAsserted(() -> assertThat(
                        get("/learners/learns").body().at("/progress/learned").asInt())
                .isEqualTo(900));
    }

    @Test
    void classifiesAndSpeaksKServe() throws Exception {
        post("/learners", """
                {"name": "iris", "algorithm": "linear",
                 "schema": {"inputs": [{"name": "width", "type": "numeric"},
                                       {"name": "colour", "type": "nominal", "values": ["red", "blue"]}],
                            "target": {"type": "classification", "classes": ["0", "1"]}}}
                """);
        for (int i = 0; i < 30; i++) {
            post(
                    "/learners/iris/update",
                    "{\"instances\": [[-1, \"red\"], [1.5, \"blue\"], {\"width\": 2, \"colour\": \"blue\"}], \"targets\": [0, 1, \"1\"]}");
        }

        assertThat(get("/v1/models/iris").body().path("ready").asBoolean()).isTrue();
        assertThat(post("/v1/models/iris:predict", "{\"instances\": [[-1, \"red\"], [2, \"blue\"]]}")
                        .body()
                        .toString())
                .isEqualTo("{\"predictions\":[0,1]}");
        Answer own = post("/learners/iris/predict", "{\"instances\": [[2, \"blue\"]]}");
        assertThat(own.body().at("/predictions/0/label").asString()).isEqualTo("1");
        assertThat(own.body().at("/predictions/0/probabilities/1").asDouble()).isGreaterThan(0.9);
    }

    @Test
    void storesItsModelOnlyWhenItGotBetterAndGoesBackWhenItGotWorse() throws Exception {
        regression("careful", """
                {"batch_size": 10, "validation_share": 0.5, "validation_window": 20, "compare_every": 5,
                 "min_gain": 0.1, "on_regression": "rollback"}""");
        post("/learners/careful/update", rows(0, 400, 2));
        await().untilAsserted(() -> assertThat(outcomes("careful")).hasSize(4));
        // Of each two rows the second is held back: what is learned is wrong, what it is compared on is right.
        post("/learners/careful/update", rows(400, 100, row -> row % 2 == 0 ? -5 : 2));

        await().untilAsserted(() -> assertThat(outcomes("careful")).contains("TAKEN", "ROLLED_BACK"));
        JsonNode first = get("/learners/careful/snapshots?limit=200")
                .body()
                .at("/items")
                .valueStream()
                .toList()
                .getLast();
        assertThat(first.path("reason").asString()).isEqualTo("the first");
        assertThat(first.path("sha256").asString()).hasSize(64);
        assertThat(post("/learners/careful/rollback", "").status()).isEqualTo(200);
        await().untilAsserted(() -> assertThat(get("/learners/careful/snapshots")
                        .body()
                        .at("/items/0/reason")
                        .asString())
                .isEqualTo("asked for"));
    }

    private List<String> outcomes(String name) throws Exception {
        return get("/learners/" + name + "/snapshots?limit=200")
                .body()
                .path("items")
                .findValuesAsString("outcome");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"name": "X"}                                          | $.name: "X"
            {"name": "a", "algorithm": 1}                          | $.algorithm: 1
            {"name": "a", "algorithm": "linear"}                   | $.schema: missing
            {"name": "a", "algorithm": "linear", "schema": {}, "colour": 1} | $.colour
            {"name": "a", "algorithm": "oracle", "schema": {"inputs": [{"name": "a", "type": "numeric"}], "target": {"type": "regression", "outputs": ["y"]}}} | $.algorithm: "oracle"
            {"name": "a", "algorithm": "linear", "schema": {"inputs": [{"name": "a", "type": "number"}], "target": {"type": "regression", "outputs": ["y"]}}} | $.schema.inputs[0].type: "number"
            {"name": "a", "algorithm": "linear", "configuration": {"optimizer": {"type": "sgd", "eta0": -1}}, "schema": {"inputs": [{"name": "a", "type": "numeric"}], "target": {"type": "regression", "outputs": ["y"]}}} | $.configuration.optimizer.eta0: -1
            {"name": "a", "algorithm": "linear", "update": {"min_gain": 2}, "schema": {"inputs": [{"name": "a", "type": "numeric"}], "target": {"type": "regression", "outputs": ["y"]}}} | $.update.min_gain: 2
            []                                                     | $: []
            """)
    void saysWhereADocumentIsWrong(String document, String detail) throws Exception {
        Answer answer = post("/learners", document);

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("LEARNER_REFUSED");
        assertThat(answer.detail()).startsWith(detail).contains("expected");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                       | $.instances: missing
            {"instances": [[1, 2]], "targets": []}                   | $.targets: 0 values
            {"instances": [[1, 2], [1]], "targets": [1, 1]}          | $.instances[1]: [1]
            {"instances": [[1, "x"]], "targets": [1]}                | $.instances[0][1]: "x"
            {"instances": [{"a": 1}], "targets": [1]}                | $.instances[0].b: missing
            {"instances": [{"a": 1, "b": 1, "c": 1}], "targets": [1]} | $.instances: c
            {"instances": [[1, 2]], "targets": ["x"]}                | $.targets[0]: "x"
            {"instances": [[1, 2]], "targets": [1], "weights": [-1]} | row 0: weight: -1.0
            {"instances": [[1, 1e999]], "targets": [1]}              | $.instances[0][1]
            """)
    void learnsNothingOfRowsThatDoNotFit(String body, String detail) throws Exception {
        regression("strict", "{}");

        Answer answer = post("/learners/strict/update", body);

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("ROWS_REFUSED");
        assertThat(answer.detail()).startsWith(detail);
        assertThat(get("/learners/strict").body().has("progress")).isFalse();
    }

    @Test
    void refusesMoreThanItTakes() throws Exception {
        regression("small", "{}");

        assertThat(post("/learners/small/update", rows(0, 5001, 1)).code()).isEqualTo("ROWS_TOO_MANY");
        assertThat(post("/learners/small/update", " ".repeat(1 << 20) + "{}").code())
                .isEqualTo("ROWS_TOO_MANY");
        assertThat(post("/learners/small/update", "{\"instances\":").status()).isEqualTo(400);
        assertThat(post("/learners/small/predict", "{\"instances\": []}").code())
                .isEqualTo("NO_PREDICTION_YET");
    }

    @Test
    void answersListsPageByPage() throws Exception {
        regression("page-1", "{}");
        regression("page-2", "{}");

        Answer first = get("/learners?limit=1");
        Answer second = get(
                "/learners?limit=1&cursor=" + first.body().path("next_cursor").asString());

        assertThat(second.body().at("/items/0/name").asString())
                .isGreaterThan(first.body().at("/items/0/name").asString());
        assertThat(get("/learners?cursor=%00x").status()).isEqualTo(422);
        assertThat(get("/learners?limit=0").status()).isEqualTo(422);
        assertThat(get("/learners/%01x").status()).isIn(400, 404);
    }

    @Test
    void learnsAtAnotherRateAndForgetsNothing() throws Exception {
        regression("slower", "{\"validation_share\": 0}");
        post("/learners/slower/update", rows(0, 100, 2));
        String asked = "{\"instances\": [[0.5, -0.5]]}";
        double before = post("/learners/slower/predict", asked)
                .body()
                .at("/predictions/0")
                .asDouble();

        Answer changed = change("slower", "{\"update\": {\"validation_share\": 0, \"learning_rate\": 1e-9}}");
        Answer later = change("slower", "{\"update\": {\"validation_share\": 0, \"batch_size\": 16}}");

        assertThat(changed.body().at("/document/configuration/optimizer/eta0").asDouble())
                .isEqualTo(1e-9);
        assertThat(later.body().at("/document/configuration/optimizer/eta0").asDouble())
                .isEqualTo(1e-9);
        assertThat(post("/learners/slower/predict", asked)
                        .body()
                        .at("/predictions/0")
                        .asDouble())
                .isEqualTo(before);
        assertThat(post("/learners/slower/update", rows(0, 100, 20))
                        .body()
                        .at("/progress/learned")
                        .asInt())
                .isEqualTo(200);
        assertThat(post("/learners/slower/predict", asked)
                        .body()
                        .at("/predictions/0")
                        .asDouble())
                .isNotEqualTo(before)
                .isCloseTo(before, within(1e-5));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"update": {"learning_rate": -1}}             | $.update.learning_rate: -1 (expected: a number > 0
            {"update": {"epochs": 3}}                     | $.update.epochs: 3 (expected: none; of this linear can be set here: learning_rate)
            {"update": {"frozen_layers": ["a"]}}          | $.update.frozen_layers: ["a"] (expected: none
            {"update": {"batch_size": 0}}                 | $.update.batch_size: 0 (expected
            {"update": 1}                                 | $.update: 1 (expected: a JSON object)
            {"configuration": {}}                         | $.configuration: unknown field
            """)
    void saysWhichRuleItDoesNotTake(String body, String detail) throws Exception {
        regression("ruled", "{}");

        assertThat(change("ruled", body).detail()).startsWith(detail);
        assertThat(get("/learners/ruled")
                        .body()
                        .at("/document/configuration/optimizer/eta0")
                        .asDouble())
                .isEqualTo(0.05);
    }

    @Test
    void takesNothingWhileItIsPaused() throws Exception {
        regression("pausing", "{}");

        Answer paused = send("PATCH", "/learners/pausing", "{\"state\": \"PAUSED\"}", TestIdentity.acmeScientist());
        Answer refused = post("/learners/pausing/update", rows(0, 10, 1));
        Answer asked = post("/learners/pausing/predict", "{\"instances\": [[1, 1]]}");
        send(
                "PATCH",
                "/learners/pausing",
                "{\"state\": \"RUNNING\", \"update\": {\"batch_size\": 5}}",
                TestIdentity.acmeScientist());
        Answer learned = post("/learners/pausing/update", rows(0, 10, 1));

        assertThat(paused.body().path("state").asString()).isEqualTo("PAUSED");
        assertThat(refused.code()).isEqualTo("LEARNER_PAUSED");
        assertThat(asked.status()).isEqualTo(200);
        assertThat(learned.body().at("/progress/updates").asInt()).isEqualTo(2);
        assertThat(send("PATCH", "/learners/pausing", "{\"state\": \"GONE\"}", TestIdentity.acmeScientist())
                        .detail())
                .startsWith("$.state: \"GONE\"");
    }

    @Test
    void followsEveryChangeOfThoseThatComeAtOnce() throws Exception {
        regression("changing", "{}");
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 1; i <= 10; i++) {
                String state = i % 2 == 0 ? "RUNNING" : "PAUSED";
                String rules = "{\"update\": {\"batch_size\": " + i + "}}";
                List<Callable<Answer>> changes = List.of(
                        () -> change("changing", "{\"state\": \"" + state + "\"}"), () -> change("changing", rules));
                for (Future<Answer> change : people.invokeAll(changes)) {
                    assertThat(change.get().status()).isEqualTo(200);
                }
                JsonNode now = get("/learners/changing").body();
                assertThat(now.path("state").asString()).isEqualTo(state);
                assertThat(now.at("/document/update/batch_size").asInt()).isEqualTo(i);
            }
        }
    }

    private Answer change(String name, String body) throws Exception {
        return send("PATCH", "/learners/" + name, body, TestIdentity.acmeScientist());
    }

    @Test
    void keepsACompanysLearnersToItself() throws Exception {
        regression("ours", "{}");

        assertThat(post(
                                "/learners",
                                "{\"name\": \"ours\", \"algorithm\": \"linear\", \"schema\": "
                                        + "{\"inputs\": [{\"name\": \"a\", \"type\": \"numeric\"}],"
                                        + " \"target\": {\"type\": \"regression\", \"outputs\": [\"y\"]}}}")
                        .code())
                .isEqualTo("LEARNER_EXISTS");
        for (String path : new String[] {"/learners/ours", "/learners/ours/snapshots", "/v1/models/ours"}) {
            assertThat(send("GET", path, null, TestIdentity.globexScientist()).code())
                    .isEqualTo("LEARNER_UNKNOWN");
        }
        assertThat(send("GET", "/learners", null, TestIdentity.globexScientist())
                        .body()
                        .path("items")
                        .size())
                .isZero();
    }

    @Test
    void forgetsADeletedLearner() throws Exception {
        regression("short-lived", "{}");
        post("/learners/short-lived/update", rows(0, 100, 2));
        assertThat(post("/learners/short-lived/predict", "{\"instances\": [[1, 1]]}")
                        .body()
                        .at("/predictions/0")
                        .asDouble())
                .isNotZero();

        assertThat(send("DELETE", "/learners/short-lived", null, TestIdentity.acmeScientist())
                        .status())
                .isEqualTo(204);
        assertThat(get("/learners/short-lived").status()).isEqualTo(404);
        regression("short-lived", "{}");
        assertThat(post("/learners/short-lived/predict", "{\"instances\": [[1, 1]]}")
                        .body()
                        .at("/predictions/0")
                        .asDouble())
                .isZero();
    }

    @Test
    void seesWhatAnotherInstanceDeletes() throws Exception {
        regression("of-another", "{}");
        assertThat(post("/v1/models/of-another:predict", "{\"instances\": [[1, 1]]}")
                        .status())
                .isEqualTo(200);

        jdbc.sql("update learner set state = 'DELETED' where name = 'of-another'")
                .update();

        await().untilAsserted(() -> assertThat(post("/v1/models/of-another:predict", "{\"instances\": [[1, 1]]}")
                        .status())
                .isEqualTo(404));
    }

    @Test
    void isDescribedByTheCommittedDocument() throws Exception {
        Documentation.openApiIsCommitted(
                "online-learning-service", get("/openapi.json").text());
    }
}
