package io.mlaas.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.Documentation;
import io.mlaas.testkit.TestIdentity;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MonitorApiTest extends RunningService {
    private static final int EVENTS = 1000;

    @Test
    void reportsWhatItWasSentAndAgainWhenLabelsCome() throws Exception {
        String id = monitor("batches", "");

        Answer taken = post("/monitors/" + id + "/observe", """
                {"id": "b1", "event_time": "%s", "device": "pmu-1", "latency_ms": 2, "digest": "d1",
                 "instances": [[1, "open"], {"a": 500, "valve": "stuck"}, ["x", null]], "predictions": [2, 1000, 0]}
                """.formatted(HOUR));
        assertThat(taken.status()).as(taken.text()).isEqualTo(202);
        assertThat(taken.body().path("rows").asInt()).isEqualTo(3);
        JsonNode first = report(id, HOUR);
        assertThat(first.path("rows").asInt()).isEqualTo(3);
        assertThat(first.has("performance")).isFalse();
        assertThat(first.at("/latency/mean").asDouble()).isEqualTo(2);
        assertThat(first.path("skew")
                        .valueStream()
                        .map(skew -> skew.path("feature").asString() + " "
                                + skew.path("kind").asString() + " "
                                + skew.path("rows").asInt() + " of 3: "
                                + skew.path("sentence").asString()))
                .containsExactly(
                        "a value_type 1 of 3: a is no number in 33.3 % of the rows (reference: 0.0 %)",
                        "a out_of_range 1 of 3: a is beyond the schema's -100.0 to 100.0 in 50.0 % of the rows (1.000 to 500.0)",
                        "valve missing_values 1 of 3: valve is missing in 33.3 % of the rows (reference: 0.0 %)",
                        "valve new_category 1 of 3: valve has 1 categories that the reference does not have, in 50.0 % of the"
                                + " rows: \"stuck\"");

        assertThat(post("/monitors/" + id + "/feedback", """
                        {"labels": [{"id": "b1", "target": 1.5}, {"id": "b1#1", "target": 1001}, {"id": "nobody", "target": 0}]}
                        """)
                        .body()
                        .path("labels")
                        .asInt())
                .isEqualTo(3);

        JsonNode labelled = report(id, HOUR.getEpochSecond() / 3600, 2);
        assertThat(labelled.path("labelled").asInt()).isEqualTo(2);
        assertThat(labelled.at("/performance/current/mae").asDouble()).isCloseTo(0.75, within(1e-12));
        assertThat(labelled.at("/performance/current/me").asDouble()).isCloseTo(-0.25, within(1e-12));
        assertThat(labelled.at("/performance/reference/mae").asDouble()).isCloseTo(0.1, within(1e-12));
        assertThat(get("/monitors/" + id + "/report").body()).isEqualTo(labelled);
    }

    @Test
    void everyOrderOfPredictionsLabelsAndDuplicatesGivesTheSameReport() throws Exception {
        String first = monitor("ordered", "");
        String second = monitor("shuffled", "");
        List<List<String>> events = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            Instant at = HOUR.plusSeconds(i * 3L);
            List<Double> inputs = List.of(Math.sin(i), Math.cos(i));
            events.add(List.of(INFERENCE, "p" + i, at.toString(), inputs.toString()));
            events.add(List.of(FEEDBACK, "l" + i, at.plusSeconds(5).toString(), "p" + i + "#1", "" + Math.tan(i)));
            // corrected later
            events.add(
                    List.of(FEEDBACK, "m" + i, at.plusSeconds(9).toString(), "p" + i + "#1", "" + Math.cos(2.0 * i)));
        }
        events.forEach(event -> tell(event, "ordered"));
        List<List<String>> twice = new ArrayList<>(events);
        twice.addAll(events);
        Collections.shuffle(twice, new Random(7));
        twice.forEach(event -> tell(event, "shuffled"));
        kafka.flush();

        JsonNode ordered = report(first, HOUR.getEpochSecond() / 3600, EVENTS);
        JsonNode shuffled = report(second, HOUR.getEpochSecond() / 3600, EVENTS);
        assertThat(ordered.path("rows").asInt()).isEqualTo(2 * EVENTS);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(get("/monitors/" + second + "/status")
                            .body()
                            .path("rows")
                            .asInt())
                    .isEqualTo(4 * EVENTS);
            assertThat(get("/monitors/" + second + "/status")
                            .body()
                            .path("labels")
                            .asInt())
                    .isEqualTo(4 * EVENTS);
            assertThat(reportText(second)).isEqualTo(reportText(first));
        });
        assertThat(shuffled.path("rows").asInt()).isEqualTo(2 * EVENTS);
        assertThat(reportText(first)).contains("\"mae\":");
    }

    private String reportText(String id) throws Exception {
        return get("/monitors/" + id + "/report?window=" + HOUR.getEpochSecond() / 3600)
                .text();
    }

    private void tell(List<String> event, String learner) {
        Instant at = Instant.parse(event.get(2));
        String text = event.getFirst().equals(INFERENCE)
                ? predicted(event.get(1), learner, at, List.of(json.readValue(event.get(3), Double[].class)))
                : labelled(event.get(1), learner, event.get(3), Double.parseDouble(event.get(4)), at);
        kafka.send(event.getFirst(), learner, text);
    }

    @Test
    void cutsWindowsOfACountByEventTime() throws Exception {
        String document = """
                {"name": "counted", "learner": "counted", "task": "regression",
                 "schema": {"features": [{"name": "a", "type": "numeric"}]},
                 "reference": {"instances": [[1], [2]]},
                 "windows": {"count": 10, "lateness": "PT10M", "idle": "PT1S"}}
                """;
        String id = monitorOf(document);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(3));
        for (int i : order) {
            post("/monitors/" + id + "/observe", """
                    {"id": "e%d", "event_time": "%s", "instances": [[%d]], "targets": [0], "predictions": [%d]}
                    """.formatted(i, HOUR.plusSeconds(i), i, i));
        }

        assertThat(report(id, 0, 0).at("/performance/current/mae").asDouble()).isEqualTo(4.5);
        JsonNode second = report(id, 1, 0);
        assertThat(second.at("/performance/current/mae").asDouble()).isEqualTo(14.5);
        assertThat(Instant.parse(second.path("starts_at").asString())).isEqualTo(HOUR.plusSeconds(10));
        assertThat(get("/monitors/" + id + "/report?window=2").code()).isEqualTo("NO_REPORT_YET");
        post("/monitors/" + id + "/observe", """
                {"id": "late", "event_time": "%s", "instances": [[1]]}
                """.formatted(HOUR.plusSeconds(3)));
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        get("/monitors/" + id + "/status").body().path("late").asInt())
                .isEqualTo(1));
    }

    @Test
    void joinsKServesRequestsAndResponsesOfEveryModeAndVersion() throws Exception {
        String id = monitorOf("""
                {"name": "iris", "inference_service": "sklearn-iris", "task": "multiclass",
                 "schema": {"features": [{"name": "w", "type": "numeric"}, {"name": "l", "type": "numeric"}],
                            "classes": ["0", "1"]},
                 "reference": {"instances": [[1, 2], [2, 3]]},
                 "windows": {"event_time": "PT1H", "lateness": "PT0S", "idle": "PT1S"}}
                """);
        kServe("response", "r1", "{\"predictions\": [1, 0]}");
        kServe("request", "r1", "{\"instances\": [[1.5, 2], [3, 4]]}");
        kServe("request", "r2", """
                {"inputs": [{"name": "l", "shape": [1], "datatype": "FP32", "data": [7]},
                            {"name": "w", "shape": [1], "datatype": "FP32", "data": [8]}]}
                """);
        kServe("response", "r2", """
                {"outputs": [{"name": "label", "shape": [1], "datatype": "INT64", "data": [1]},
                             {"name": "probabilities", "shape": [1, 2], "datatype": "FP64", "data": [0.25, 0.75]}]}
                """);
        kServe("response", "r3", "{\"predictions\": [1]}");

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        get("/monitors/" + id + "/status").body().path("rows").asInt())
                .isEqualTo(3));
        post("/monitors/" + id + "/feedback", """
                {"labels": [{"id": "r1#0", "target": 1}, {"id": "r1#1", "target": "1"}, {"id": "r2", "target": 1.0}]}
                """);
        JsonNode report = report(id, HOUR.getEpochSecond() / 3600, 3);
        assertThat(report.path("rows").asInt()).isEqualTo(3);
        assertThat(report.at("/performance/current/accuracy").asDouble()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(report.at("/performance/current/log_loss").asDouble()).isCloseTo(-Math.log(0.75), within(1e-9));
    }

    /** Odd ones in binary mode, the others in structured mode. */
    private void kServe(String kind, String id, String payload) {
        String type = "org.kubeflow.serving.inference." + kind;
        if (id.equals("r1")) {
            var message = new ProducerRecord<String, String>(INFERENCE, payload);
            for (String[] attribute : new String[][] {
                {"specversion", "1.0"},
                {"id", id},
                {"type", type},
                {"source", "http://localhost:9081/"},
                {"time", HOUR.toString()},
                {"inferenceservicename", "sklearn-iris"},
                {"namespace", NAMESPACE}
            }) {
                message.headers().add(new RecordHeader("ce_" + attribute[0], attribute[1].getBytes()));
            }
            kafka.send(message).join();
        } else {
            kafka.send(INFERENCE, """
                    {"specversion": "1.0", "id": "%s", "type": "%s", "source": "http://localhost:9081/", "time": "%s",
                     "inferenceservicename": "sklearn-iris", "namespace": "%s", "data": %s}
                    """.formatted(id, type, HOUR, NAMESPACE, payload))
                    .join();
        }
    }

    @Test
    void takesNothingOfAnotherCompanyAndCountsWhatDoesNotFit() throws Exception {
        String id = monitor("tenant", "");
        String event = predicted("mine", "tenant", HOUR, List.of(1.0));
        kafka.send(INFERENCE, "tenant", event.replace(TestIdentity.ACME.toString(), TestIdentity.GLOBEX.toString()))
                .join();
        kafka.send(INFERENCE, "tenant", "no JSON").join();
        kafka.send(INFERENCE, "tenant", event.replace("mine", "a NUL, which PostgreSQL has not: \\u0000"))
                .join();
        kafka.send(INFERENCE, "tenant", event.replace("\"predictions\": [2.0]", "\"predictions\": [\"\\u0000\"]"))
                .join();
        kafka.send(INFERENCE, "tenant", event.replace("\"predictions\": [2.0]", "\"predictions\": [2.0, 3]"))
                .join();
        kafka.send(
                        INFERENCE,
                        "tenant",
                        predicted("future", "tenant", Instant.now().plus(2, ChronoUnit.DAYS), List.of(1.0)))
                .join();
        kafka.send(INFERENCE, "tenant", event).join();

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            JsonNode status = get("/monitors/" + id + "/status").body();
            assertThat(status.path("rows").asInt()).isEqualTo(1);
            assertThat(status.path("refused").asInt()).isEqualTo(3);
            assertThat(status.path("last_refusal").asString()).contains("a time in the future");
        });
    }

    @Test
    void readsItsReferenceFromADataset() throws Exception {
        UUID dataset = DATASETS.add("device,flow,a,valve,p\nx,1,0.5,open,1.5\ny,2,,shut,2\nz,3,oops,open,3\n");
        String document = """
                {"name": "%s", "learner": "csv", "task": "regression",
                 "schema": {"features": [{"name": "a", "type": "numeric"}, {"name": "%s", "type": "categorical"}]},
                 "reference": {"dataset_id": "%s", "targets": ["flow"], "predictions": ["p"]},
                 "windows": {"event_time": "PT1H"}}
                """;

        Answer made = post("/monitors", document.formatted("from-csv", "valve", dataset));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.body().at("/reference/rows").asInt()).isEqualTo(3);
        Answer missing = post("/monitors", document.formatted("of-missing", "pump", dataset));
        assertThat(missing.code()).isEqualTo("REFERENCE_REFUSED");
        assertThat(missing.detail()).contains("$.reference.dataset_id: without the columns pump");
        Answer unknown = post("/monitors", document.formatted("of-nothing", "valve", UUID.randomUUID()));
        assertThat(unknown.detail()).contains("is unknown (expected: a dataset of your company)");
    }

    @Test
    void namesEveryRuleThatADocumentBreaks() throws Exception {
        Answer refused = post("/monitors", """
                {"name": "", "learner": "x", "model_id": "y", "task": "magic", "retention": "P1X", "colour": "red",
                 "schema": {"features": [{"name": "a", "type": "text"}, {"name": "a", "type": "numeric", "min": 2, "max": 1}],
                            "segments": ["device", "site"], "fleet": ["site", "plant", "device", 7]},
                 "windows": {"count": 5, "event_time": "PT1H"},
                 "tests": {"numeric": "magic", "features": [{"name": "b", "method": "ks"}]},
                 "alerts": [{"name": "w", "on": "performance", "metric": "mae"}]}
                """);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("MONITOR_REFUSED");
        assertThat(refused.detail())
                .contains(
                        "$.name: \"\" (expected: a name",
                        "$.learner: \"x\" (expected: exactly one of learner, model_id and inference_service)",
                        "$.model_id: \"y\" (expected: a UUID)",
                        "$.task: \"magic\" (expected: one of regression, binary, multiclass, forecasting)",
                        "$.retention: \"P1X\" (expected: an ISO 8601 duration",
                        "$.colour: unknown (expected: one of ",
                        "$.schema.features[0].type: \"text\" (expected: one of numeric, categorical, boolean)",
                        "$.schema.features[1].name: a (expected: a name that no other feature has)",
                        "$.schema.features[1].max: 1 (expected: at least min)",
                        "$.schema.fleet[1]: plant (expected: one of the segments",
                        "$.schema.fleet[3]: 7 (expected: a name",
                        "$.windows.count: 5 (expected: one of count and event_time, and not both)",
                        "$.tests.numeric: \"magic\" (expected: one of ks, ",
                        "$.tests.features[0].name: \"b\" (expected: the name of a feature of the schema)",
                        "$.alerts[0].above: missing (expected: at least one of above, below and worse_by)",
                        "$.reference: missing (expected: a JSON object)");
    }

    @Test
    void refusesObservationsAndLabelsThatDoNotFitAsAWhole() throws Exception {
        String id = monitor("fits", "");
        String observe = "/monitors/" + id + "/observe";

        assertThat(post(observe, "{\"instances\": [[1, \"open\"], [2]]}").detail())
                .isEqualTo("$.instances[1]: 1 values (expected: an object or a list of 2 values)");
        assertThat(post(observe, "{\"instances\": [[1, \"open\"]], \"predictions\": [\"high\"]}")
                        .detail())
                .isEqualTo("$.predictions[0]: \"high\" (expected: 1 numbers, or one alone)");
        assertThat(post(observe, "{\"event_time\": \"yesterday\", \"instances\": []}")
                        .detail())
                .isEqualTo("$.event_time: \"yesterday\" (expected: a time such as 2026-03-01T12:00:00Z)");
        assertThat(post("/monitors/" + id + "/feedback", "{\"labels\": [{\"id\": \"x\", \"target\": \"y\"}]}")
                        .detail())
                .isEqualTo("$.labels[0].target: \"y\" (expected: a number)");
        assertThat(post(observe, "{\"instances\": \"" + "x".repeat(1 << 20) + "\"}")
                        .code())
                .isEqualTo("OBSERVATION_TOO_LARGE");
        assertThat(get("/monitors/" + id + "/status").body().path("rows").asInt())
                .isZero();
    }

    @Test
    void isListedChangedPausedAndDeleted() throws Exception {
        String id = monitor("life", "");
        monitor("life-2", "");

        assertThat(post(
                                "/monitors",
                                get("/monitors/" + id).body().path("document").toString())
                        .detail())
                .contains("$.reference: missing");
        assertThat(get("/monitors/" + id).body().at("/document/schema/fleet").toString())
                .isEqualTo("[\"device\"]");
        JsonNode page = get("/monitors?limit=1&cursor=lif").body();
        assertThat(page.at("/items/0/name").asString()).isEqualTo("life");
        assertThat(page.path("next_cursor").asString()).isEqualTo("life");
        String path = "/monitors/" + id;
        Answer changed = send(
                "PATCH",
                path,
                "{\"state\": \"PAUSED\", \"alerts\": [{\"name\": \"d\", \"on\": \"dataset_drift\"}]}",
                TestIdentity.acmeScientist());
        assertThat(changed.body().path("state").asString()).isEqualTo("PAUSED");
        assertThat(changed.body().at("/document/alerts/0/consecutive").asInt()).isEqualTo(1);
        assertThat(post(path + "/observe", "{\"instances\": []}").code()).isEqualTo("MONITOR_PAUSED");
        assertThat(send(
                                "PATCH",
                                path,
                                "{\"windows\": {\"count\": 10}, \"state\": \"ASLEEP\"}",
                                TestIdentity.acmeScientist())
                        .detail())
                .contains("$.windows: cannot be changed", "$.state: \"ASLEEP\" (expected: RUNNING or PAUSED)");
        assertThat(send("DELETE", path, null, TestIdentity.acmeScientist()).status())
                .isEqualTo(204);
        assertThat(get(path).code()).isEqualTo("MONITOR_UNKNOWN");
    }

    @Test
    void isDescribedByTheCommittedDocument() throws Exception {
        Documentation.openApiIsCommitted(
                "monitoring-service", get("/openapi.json").text());
    }
}
