package io.mlaas.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.monitoring.FakeTrainers.Learned;
import io.mlaas.monitoring.FakeTrainers.Trouble;
import io.mlaas.monitoring.action.Alerts;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.MonitorRepository;
import io.mlaas.monitoring.report.Report;
import io.mlaas.testkit.TestIdentity;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What follows from broken rules: retraining under a policy, asked for once, and followed to its end. */
class RetrainingTest extends RunningService {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Executor EACH_ITS_OWN = task -> Thread.ofVirtual().start(task);

    @Autowired
    private Alerts alerts;

    @Autowired
    private MonitorRepository monitors;

    @Autowired
    private JsonMapper mapper;

    @Autowired
    private PlatformTransactionManager transactions;

    private static String action(String more) {
        return """
                , "alerts": [{"name": "worse", "on": "performance", "metric": "mae", "above": 1}],
                  "actions": [{"name": "again", "on": ["worse"] %s}]
                """.formatted(more);
    }

    private static String learning(String more) {
        return ", \"only_if\": \"always\", \"retrain\": {\"learner\": {%s}}".formatted(more);
    }

    private static String training(String more) {
        return ", \"only_if\": \"always\", \"retrain\": {\"training\": {%s}}".formatted(more);
    }

    /** Rows of an hour: two with their labels, one with a value missing, and one without a label. */
    private void observe(String id, int hour, String event) throws Exception {
        String at = HOUR.plus(Duration.ofHours(hour)).toString();
        assertThat(post("/monitors/" + id + "/observe", """
                                {"id": "%s-u", "event_time": "%s", "instances": [[5, "open"]], "predictions": [9]}
                                """.formatted(event, at))
                        .status())
                .isEqualTo(202);
        Answer taken = post("/monitors/" + id + "/observe", """
                {"id": "%s", "event_time": "%s", "instances": [[1, "open"], [2, "shut"], [3, null]],
                 "predictions": [9, 9, 9], "targets": [2, 4, 6]}
                """.formatted(event, at));
        assertThat(taken.status()).as(taken.text()).isEqualTo(202);
    }

    private JsonNode retraining(String id, String state) {
        return await().atMost(PATIENCE)
                .until(
                        () -> get("/monitors/" + id + "/retrainings").body().at("/items/0"),
                        one -> one.path("state").asString().equals(state));
    }

    private List<String> verdicts(String id) throws Exception {
        return get("/monitors/" + id + "/history")
                .body()
                .path("items")
                .valueStream()
                .filter(one -> one.path("kind").asString().equals("RETRAINING"))
                .map(one -> one.at("/evidence/verdict").asString())
                .toList();
    }

    private List<String> told(String id, String type) {
        return jdbc.sql("select payload from outbox_event where key = :id and payload like :type")
                .param("id", id)
                .param("type", "%" + type + "%")
                .query(String.class)
                .list();
    }

    private List<Learned> learnedBy(String learner) {
        return TRAINERS.learned.stream()
                .filter(one -> one.learner().equals(learner))
                .toList();
    }

    @Test
    void hasItsLearnerLearnTheLabelledRowsOnceAndHoldsBackWithinTheCoolDown() throws Exception {
        TRAINERS.learners.add("windows");
        String id = monitor("windows", action(learning("\"windows\": 2, \"min_rows\": 2")));
        observe(id, 0, "first");
        JsonNode done = retraining(id, "SUCCEEDED");

        assertThat(done.path("rows").asInt()).isEqualTo(2);
        assertThat(done.path("left_out").asInt()).isEqualTo(2);
        assertThat(done.at("/answer/progress/learned").asInt()).isEqualTo(7);
        assertThat(done.path("requested_by").asString()).isEqualTo(TestIdentity.ACME_SCIENTIST.toString());
        Learned learned = learnedBy("windows").getFirst();
        assertThat(learned.query()).contains("organization_id=" + TestIdentity.ACME);
        assertThat(learned.rows().path("instances").valueStream().map(JsonNode::toString))
                .containsExactlyInAnyOrder("{\"a\":1.0,\"valve\":\"open\"}", "{\"a\":2.0,\"valve\":\"shut\"}");
        observe(id, 1, "second");
        await().atMost(PATIENCE).until(() -> verdicts(id).size() == 2);
        // labels that come late change the report of the first window, and nothing more follows
        post("/monitors/" + id + "/feedback", "{\"labels\": [{\"id\": \"first-u\", \"target\": 0}]}");
        report(id, HOUR.getEpochSecond() / 3600, 4);

        assertThat(verdicts(id)).containsExactly("cool_down", "requested");
        assertThat(learnedBy("windows")).hasSize(1);
        assertThat(told(id, "retraining-requested")).singleElement().asString().contains("\"learner:windows\"");
        assertThat(told(id, "retraining-ended")).singleElement().asString().contains("\"SUCCEEDED\"");
        JsonNode history = get("/monitors/" + id + "/history").body().path("items");
        assertThat(history.valueStream().map(one -> one.path("kind").asString()))
                .containsExactly(
                        "RETRAINING",
                        "PERFORMANCE_DEGRADED",
                        "RETRAINING_SUCCEEDED",
                        "RETRAINING",
                        "PERFORMANCE_DEGRADED");
        assertThat(history.at("/0/outcome").asString()).startsWith("held back by the cool-down until ");
        assertThat(history.at("/3/retraining/state").asString()).isEqualTo("SUCCEEDED");
    }

    @Test
    void waitsForLabels() throws Exception {
        TRAINERS.learners.add("few");
        String id = monitor("few", action(learning("\"windows\": 1, \"min_rows\": 3")));
        observe(id, 0, "e");
        await().atMost(PATIENCE).until(() -> get("/monitors/" + id + "/retrainings")
                .body()
                .at("/items/0/reason")
                .asString()
                .startsWith("2 rows with labels and all values"));
        post("/monitors/" + id + "/feedback", "{\"labels\": [{\"id\": \"e-u\", \"target\": 10}]}");

        assertThat(retraining(id, "SUCCEEDED").path("rows").asInt()).isEqualTo(3);
    }

    @Test
    void sendsADatasetInPartsEachOnceWhoeverIsAwayOrDies() throws Exception {
        TRAINERS.learners.add("dataset");
        StringBuilder csv = new StringBuilder("a,valve,flow\n");
        for (int i = 0; i < 2500; i++) {
            csv.append(i).append(",open,").append(2 * i).append('\n');
        }
        UUID dataset = DATASETS.add(csv.append("1,,2\n").toString());
        String id = monitor(
                "dataset", action(learning("\"dataset_id\": \"%s\", \"targets\": [\"flow\"]".formatted(dataset))));
        TRAINERS.troubles.addAll(List.of(Trouble.AWAY, Trouble.ANSWER_LOST, Trouble.HANGS, Trouble.AWAY));
        observe(id, 0, "e");

        JsonNode done = retraining(id, "SUCCEEDED");
        assertThat(done.path("rows").asInt()).isEqualTo(2500);
        assertThat(done.path("left_out").asInt()).isEqualTo(1);
        assertThat(learnedBy("dataset").stream()
                        .map(part -> part.rows().path("targets").size()))
                .containsExactly(1000, 1000, 500);
        assertThat(learnedBy("dataset").getLast().rows().at("/targets/499").asInt())
                .isEqualTo(4998);
    }

    @Test
    void hasAModelTrainedOnceAndFollowsIt() throws Exception {
        UUID like = UUID.randomUUID();
        String id = monitor(
                "model", action(training("\"like_model_id\": \"%s\", \"params\": {\"epochs\": 3}".formatted(like))));
        TRAINERS.troubles.add(Trouble.AWAY);
        TRAINERS.statuses.addAll(List.of("PENDING", "REGISTERED", "TRAINING", "TRAINED"));
        observe(id, 0, "e");

        JsonNode done = retraining(id, "SUCCEEDED");
        String model = done.path("model_id").asString();
        assertThat(model).isEqualTo(done.path("id").asString());
        assertThat(TRAINERS.trainings.get(model).path("like_model_id").asString())
                .isEqualTo(like.toString());
        assertThat(TRAINERS.trainings.get(model).at("/params/epochs").asInt()).isEqualTo(3);
        assertThat(TRAINERS.trainingQueries.getLast())
                .contains("organization_id=" + TestIdentity.ACME, "requested_by=" + TestIdentity.ACME_SCIENTIST);
        assertThat(told(id, "retraining-requested")).singleElement().asString().contains(model);

        TRAINERS.statuses.add("FAILED");
        String failing = monitor("failing", action(training("\"like_model_id\": \"%s\"".formatted(like))));
        observe(failing, 0, "e");
        assertThat(retraining(failing, "FAILED").path("reason").asString())
                .isEqualTo("FAILED: the program ended with exit code 3");
        assertThat(get("/monitors/" + failing + "/history")
                        .body()
                        .at("/items/0/kind")
                        .asString())
                .isEqualTo("RETRAINING_FAILED");
    }

    @Test
    void writesDownARefusalAndItsReason() throws Exception {
        TRAINERS.learners.add("paused");
        String id = monitor("paused", action(learning("\"windows\": 1, \"min_rows\": 1")));
        TRAINERS.troubles.add(Trouble.PAUSED);
        observe(id, 0, "e");

        assertThat(retraining(id, "REFUSED").path("reason").asString())
                .isEqualTo("LEARNER_PAUSED: it is PAUSED (expected: RUNNING)");
        assertThat(learnedBy("paused")).isEmpty();
    }

    @Test
    void refusesActionsThatAreNoneOrThatTheirMakerMayNot() throws Exception {
        TRAINERS.learners.add("mine");
        String id = monitor("mine", action(learning("\"windows\": 1")));
        String path = "/monitors/" + id;
        UUID unknown = UUID.randomUUID();
        UUID narrow = DATASETS.add("a,flow\n1,2\n");

        Answer refused = patch(path, """
                {"actions": [{"name": "", "on": ["nothing"], "only_if": "never", "cool_down": "PT0S",
                              "most": {"count": 0, "per": "x"}, "retrain": {}},
                             {"name": "b", "retrain": {"learner": {"windows": 1, "dataset_id": "x"}, "training": {}}},
                             {"name": "b", "on": ["worse"], "retrain": {"training": {"params": 3, "colour": 1}}}]}
                """);
        assertThat(refused.code()).isEqualTo("MONITOR_REFUSED");
        assertThat(refused.detail())
                .contains(
                        "$.actions[0].name: \"\" (expected: a name of",
                        "$.actions[0].on: [\"nothing\"] (expected: names of alert rules (nothing is none))",
                        "$.actions[0].only_if: \"never\" (expected: one of always, triage_says_retrain)",
                        "$.actions[0].cool_down: \"PT0S\" (expected: an ISO 8601 duration",
                        "$.actions[0].most.count: 0 (expected: an integer from 1 to 1000)",
                        "$.actions[0].retrain.learner: missing (expected: one of learner and training, and not both)",
                        "$.actions[1].on: missing (expected: the name of at least one alert rule)",
                        "$.actions[2].name: b (expected: a name that no other action has)",
                        "$.actions[2].retrain.training.params: 3 (expected: an object)",
                        "$.actions[2].retrain.training.dataset_id: missing",
                        "$.actions[2].retrain.training.colour: unknown");
        assertThat(patched(path, learning("\"name\": \"theirs\", \"windows\": 1"))
                        .detail())
                .contains(
                        "$.actions[0].retrain.learner.name: theirs (expected: the name of a learner of your company)");
        assertThat(patched(path, learning("\"dataset_id\": \"%s\", \"targets\": [\"flow\"]".formatted(unknown)))
                        .detail())
                .contains("$.actions[0].retrain.learner.dataset_id: " + unknown
                        + " (expected: a dataset that your company may train on)");
        assertThat(patched(path, learning("\"dataset_id\": \"%s\", \"targets\": [\"flow\"]".formatted(narrow)))
                        .detail())
                .contains("without the columns valve");
        assertThat(patched(
                                path,
                                training("\"dataset_id\": \"%s\", \"train_image\": \"nobody/knows:1\""
                                        .formatted(narrow)))
                        .detail())
                .contains("$.actions[0].retrain.training: UNKNOWN_TRAIN_IMAGE: train_image: nobody/knows:1");
        assertThat(patch(path, "{\"alerts\": []}").detail()).contains("$.actions[0].on: [\"worse\"]");
        assertThat(get(path)
                        .body()
                        .at("/document/actions/0/retrain/learner/name")
                        .asString())
                .isEqualTo("mine");
        assertThat(get(path).body().at("/document/actions/0/cool_down").asString())
                .isEqualTo("PT24H");
        assertThat(patch(path, "{\"actions\": []}").status()).isEqualTo(200);
    }

    private Answer patch(String path, String body) throws Exception {
        return send("PATCH", path, body, TestIdentity.acmeScientist());
    }

    private Answer patched(String path, String retrain) throws Exception {
        return patch(path, "{\"actions\": [{\"name\": \"again\", \"on\": [\"worse\"] %s}]}".formatted(retrain));
    }

    @Test
    void reportsThatAreMadeAtOnceRequestOnce() throws Exception {
        TRAINERS.learners.add("raced");
        Monitor monitor = monitors.find(UUID.fromString(monitor("raced", action(learning("\"windows\": 1")))))
                .orElseThrow();
        TransactionTemplate transaction = new TransactionTemplate(transactions);
        CountDownLatch judged = new CountDownLatch(1);
        CountDownLatch commit = new CountDownLatch(1);
        CompletableFuture<Void> first = CompletableFuture.runAsync(
                () -> transaction.executeWithoutResult(status -> {
                    alerts.judge(monitor, badReport(1, null), List.of());
                    judged.countDown();
                    awaitQuietly(commit);
                }),
                EACH_ITS_OWN);
        judged.await();
        CompletableFuture<Void> second = CompletableFuture.runAsync(
                () -> transaction.executeWithoutResult(status -> alerts.judge(monitor, badReport(2, null), List.of())),
                EACH_ITS_OWN);
        await().atMost(PATIENCE)
                .until(() -> jdbc.sql(
                                        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%no key update%'")
                                .query(Integer.class)
                                .single()
                        > 0);
        commit.countDown();
        CompletableFuture.allOf(first, second).get(60, TimeUnit.SECONDS);

        assertThat(verdicts(monitor.id().toString())).containsExactlyInAnyOrder("requested", "cool_down");
        assertThat(get("/monitors/" + monitor.id() + "/retrainings?limit=1")
                        .body()
                        .path("items"))
                .hasSize(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Report badReport(long window, String triage) {
        return mapper.readValue(
                """
                {"window": %d, "starts_at": "%s", "ends_at": "%s", "rows": 2, "sampled": false, "labelled": 2,
                 "performance": {"current": {"mae": 6}}, "skew": [], "digests": [] %s}
                """.formatted(window, HOUR, HOUR.plusSeconds(3600), triage == null ? "" : ", \"triage\": " + triage),
                Report.class);
    }

    @Test
    void asksTheTriageWhereThereIsAFleetAndCountsWhatThereWas() throws Exception {
        TRAINERS.learners.add("fleet");
        Monitor monitor =
                monitors.find(UUID.fromString(monitor("fleet", action("""
                        , "cool_down": "PT1S", "most": {"count": 1, "per": "P7D"}, "retrain": {"learner": {"windows": 1}}
                        """)))).orElseThrow();
        String triage = """
                {"recommendation": "%s", "sentence": "device-3 explains it", "sensors": [], "features": [], "devices": [],
                 "segments": []}
                """;
        judge(monitor, badReport(1, null));
        judge(monitor, badReport(2, triage.formatted("check_sensors")));
        judge(monitor, badReport(3, triage.formatted("ignore")));
        judge(monitor, badReport(4, triage.formatted("retrain")));
        judge(monitor, badReport(4, triage.formatted("retrain")));
        jdbc.sql("update retraining set requested_at = requested_at - interval '1 hour' where monitor_id = :id")
                .param("id", monitor.id())
                .update();
        judge(monitor, badReport(5, triage.formatted("retrain")));

        assertThat(verdicts(monitor.id().toString()))
                .containsExactly("most", "requested", "triage", "triage", "triage");
        JsonNode history = get("/monitors/" + monitor.id() + "/history").body().path("items");
        assertThat(history.valueStream().map(one -> one.path("outcome").asString()))
                .contains(
                        "held back: there is no triage of this window",
                        "held back, as the triage says: device-3 explains it",
                        "held back: 1 within PT168H already");
    }

    private void judge(Monitor monitor, Report report) {
        new TransactionTemplate(transactions).executeWithoutResult(status -> alerts.judge(monitor, report, List.of()));
    }
}
