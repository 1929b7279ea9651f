package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.mlaas.learning.log.LogEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Learners that learn from what meters send: voltage and current, of which the transformer makes hours of power. */
class LearnerMessagesTest extends RunningService {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final String DOCUMENT = """
            {"name": "%s", "algorithm": "linear",
             "configuration": {"optimizer": {"type": "sgd", "learning_rate": "constant", "eta0": 0.2}},
             "update": {"validation_share": 0},
             "transformer": {
               "version": 1,
               "payload": {"format": "json", "time": {"path": "$.time", "format": "iso_8601"}},
               "steps": [
                 {"step": "extract", "fields": [
                   {"name": "u", "path": "$.voltage", "unit": "V"}, {"name": "i", "path": "$.current", "unit": "A"}]},
                 {"step": "power", "voltage": ["u"], "current": ["i"], "power_factor": 1.0},
                 {"step": "resample", "every": "PT1H", "fields": {"power": "mean"}, "lateness": "PT0S", "late": "drop"},
                 {"step": "scale", "method": "min_max", "parameters": {"power": {"minimum": 0, "maximum": 1000}}},
                 {"step": "window", "inputs": ["power"], "targets": ["power"], "in": 4, "out": 2, "stride": 1}]}}
            """;

    /** Every half an hour; the power of an hour is 500 W, then 100 W, in turns. */
    private static String reading(int number) {
        Instant time = START.plusSeconds(1800L * number);
        int current = number / 2 % 2 == 0 ? 5 : 1;
        return "{\"time\": \"" + time + "\", \"voltage\": 100, \"current\": " + current + "}";
    }

    @Test
    void learnsTheHoursOfPowerAndForecastsThemInWatts() throws Exception {
        assertThat(post("/learners", DOCUMENT.formatted("meters")).status()).isEqualTo(201);

        for (int i = 0; i < 200; i++) {
            assertThat(send(i).status()).isEqualTo(200);
        }
        Answer garbage = post("/learners/meters/messages?source=meter-1", "{\"voltage\": 100");

        assertThat(garbage.status()).isEqualTo(200);
        assertThat(garbage.body().at("/progress/rejected").asInt()).isEqualTo(1);
        assertThat(garbage.body().at("/progress/learned").asInt()).isBetween(90, 95);
        JsonNode latest =
                post("/learners/meters/predict", "{\"instances\": []}").body().at("/predictions/0");
        assertThat(latest.path("unit").asString()).isEqualTo("W");
        assertThat(latest.path("values").get(0).asDouble()).isCloseTo(100, within(20.0));
        assertThat(latest.path("values").get(1).asDouble()).isCloseTo(500, within(20.0));
        assertThat(latest.path("times").get(0).asString()).isEqualTo("2026-03-05T03:00:00Z");
        await().untilAsserted(() ->
                assertThat(jdbc.sql("""
                        select cast(progress ->> 'rejected' as integer) from checkpoint c join learner l on l.id = c.learner_id
                        where l.name = 'meters'
                        """).query(Integer.class).single()).isEqualTo(1));
    }

    private Answer send(int number) throws IOException, InterruptedException {
        return post("/learners/meters/messages?source=meter-1", reading(number));
    }

    @Test
    void goesOnAfterACrashAsIfThereHadBeenNone() throws IOException {
        LearnerDocument document = LearnerDocument.parse(
                json.readTree(DOCUMENT.formatted("crashes")),
                CompanyAlgorithms.WITHOUT_ARCHIVES,
                BackendChoice.Models.NONE);
        List<LogEntry.Message> messages = IntStream.range(0, 60)
                .mapToObj(i -> new LogEntry.Message(
                        new UUID(0, 1),
                        new UUID(0, i),
                        "m" + i % 2,
                        START.plus(Duration.ofDays(30)),
                        reading(i / 2).getBytes(StandardCharsets.UTF_8)))
                .toList();
        ActiveLearner undisturbed = new ActiveLearner(document, CompanyAlgorithms.WITHOUT_ARCHIVES);
        messages.forEach(message -> undisturbed.receive(0, message));

        for (int crash = 0; crash < messages.size(); crash += 7) {
            ActiveLearner before = new ActiveLearner(document, CompanyAlgorithms.WITHOUT_ARCHIVES);
            messages.subList(0, crash).forEach(message -> before.receive(0, message));
            ActiveLearner after = ActiveLearner.resume(before.state(), CompanyAlgorithms.WITHOUT_ARCHIVES);
            messages.subList(crash, messages.size()).forEach(message -> after.receive(0, message));
            assertThat(after.state()).as("crash after %s", crash).isEqualTo(undisturbed.state());
        }
        assertThat(undisturbed.progress().learned()).isPositive();
    }

    @Test
    void rowsOfMessagesWaitForABatchAsLongAsTheyMay() throws IOException {
        LearnerDocument document = LearnerDocument.parse(
                json.readTree(DOCUMENT.formatted("waits")
                        .replace(
                                "{\"validation_share\": 0}",
                                "{\"validation_share\": 0, \"batch_size\": 8, \"max_wait\": \"PT1H\"}")),
                CompanyAlgorithms.WITHOUT_ARCHIVES,
                BackendChoice.Models.NONE);
        ActiveLearner learner = new ActiveLearner(document, CompanyAlgorithms.WITHOUT_ARCHIVES);
        for (int i = 0; i < 60; i++) {
            learner.receive(0, message(i % 2, i / 2, Duration.ofSeconds(i)));
        }
        // of each source 14 hours are complete, which makes 9 windows of 4 and 2
        assertThat(learner.progress().learned()).isEqualTo(16);
        assertThat(learner.progress().updates()).isEqualTo(2);

        ActiveLearner resumed = ActiveLearner.resume(learner.state(), CompanyAlgorithms.WITHOUT_ARCHIVES);
        resumed.receive(0, message(0, 30, Duration.ofMinutes(61)));

        assertThat(resumed.progress().learned()).isEqualTo(19);
        assertThat(resumed.progress().updates()).isEqualTo(3);
        assertThat(resumed.state()).isNotEqualTo(learner.state());
        learner.receive(0, message(0, 30, Duration.ofMinutes(61)));
        assertThat(resumed.state()).isEqualTo(learner.state());
    }

    private static LogEntry.Message message(int source, int reading, Duration after) {
        return new LogEntry.Message(
                new UUID(0, 1),
                new UUID(source, reading),
                "m" + source,
                START.plus(Duration.ofDays(30)).plus(after),
                reading(reading).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void rowsThatNoOtherFollowsAreLearnedWhenTheyHaveWaited() throws Exception {
        String document = DOCUMENT.formatted("waiting-meters")
                .replace("{\"validation_share\": 0}", "{\"validation_share\": 0, \"max_wait\": \"PT1S\"}");
        assertThat(post("/learners", document).status()).isEqualTo(201);

        for (int i = 0; i < 20; i++) {
            post("/learners/waiting-meters/messages?source=meter-1", reading(i));
        }

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(get("/learners/waiting-meters")
                        .body()
                        .at("/progress/learned")
                        .asInt())
                .isEqualTo(4));
    }

    @Test
    void refusesAWaitThatIsNone() throws Exception {
        Answer answer = post(
                "/learners",
                DOCUMENT.formatted("waits-wrong")
                        .replace("{\"validation_share\": 0}", "{\"validation_share\": 0, \"max_wait\": \"5 s\"}"));

        assertThat(answer.code()).isEqualTo("LEARNER_REFUSED");
        assertThat(answer.detail()).contains("$.update.max_wait", "PT0S to PT24H");
    }

    @Test
    void namesEveryMistakeOfATransformer() throws Exception {
        String wrong = DOCUMENT.formatted("wrong")
                .replace("\"unit\": \"A\"", "\"unit\": \"V\"")
                .replace("PT1H", "1h");

        Answer answer = post("/learners", wrong);

        assertThat(answer.code()).isEqualTo("LEARNER_REFUSED");
        assertThat(answer.detail()).contains("$.transformer.steps[1].current[0]", "$.transformer.steps[2].every");
        regression("rows-only", "{}");
        assertThat(post("/learners/rows-only/messages?source=a", "{}").detail()).contains("has no transformer");
    }
}
