package io.mlaas.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** However many rows and columns come, in however small pieces: what is kept of a window has a bound. */
class BoundedWindowsTest extends RunningService {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** With the 100,000 values of these tests and 1,004 columns: */
    private static final int MOST_ROWS = 100;

    @Test
    void aWideWindowIsASampleWhileItIsOpenWhichNoOrderChanges() throws Exception {
        String id = wide("wide");
        String other = wide("wide-backwards");
        int events = 60;
        for (int i = 0; i < events; i++) {
            observe(id, i, HOUR.plusSeconds(i));
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(kept(id)).isLessThanOrEqualTo(3 * MOST_ROWS));
        assertThat(sampled(id)).isTrue();
        for (int i = events; i < 2 * events; i++) {
            observe(id, i, HOUR.plusSeconds(i));
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(kept(id)).isLessThanOrEqualTo(3 * MOST_ROWS));
        for (int i = 2 * events - 1; i >= 0; i--) {
            observe(other, i, HOUR.plusSeconds(i));
        }
        for (String each : new String[] {id, other}) {
            observe(each, 1_000_000, HOUR.plus(Duration.ofHours(4)));
            assertThat(report(each, HOUR).path("rows").asInt()).isBetween(900, 1500);
        }

        String window = "/report?window=" + HOUR.getEpochSecond() / 3600;
        assertThat(get("/monitors/" + other + window).text())
                .isEqualTo(get("/monitors/" + id + window).text());
        assertThat(kept(id)).isLessThanOrEqualTo(MOST_ROWS + 10);
        assertThat(get("/monitors/" + id + "/status").body().path("rows").asInt())
                .isEqualTo(2 * 10 * events + 10);
    }

    @Test
    void manySmallBlocksOfAnOpenWindowBecomeFew() throws Exception {
        String id = monitorOf("""
                {"name": "crowded", "learner": "crowded", "task": "regression",
                 "schema": {"features": [{"name": "f0", "type": "numeric"}]}, "reference": {"instances": [[1], [2]]},
                 "windows": {"event_time": "PT1H", "lateness": "PT2H", "idle": "PT1H"}}
                """);
        for (int i = 0; i < 70; i++) {
            observe(id, i, HOUR.plusSeconds(i));
        }

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(jdbc.sql("select count(*) from prediction_block where monitor_id = :id")
                                .param("id", UUID.fromString(id))
                                .query(Integer.class)
                                .single())
                        .isLessThan(64));
        assertThat(kept(id)).isEqualTo(700);
    }

    @Test
    void rowsThatNoCountWindowTookAreForgottenToo() throws Exception {
        String id = monitorOf("""
                {"name": "loose", "learner": "loose", "task": "regression",
                 "schema": {"features": [{"name": "f0", "type": "numeric"}]}, "reference": {"instances": [[1], [2]]},
                 "windows": {"count": 1000}}
                """);
        observe(id, 0, Instant.now());
        assertThat(kept(id)).isEqualTo(10);

        jdbc.sql("update prediction_block set latest_micros = 0 where monitor_id = :id")
                .param("id", UUID.fromString(id))
                .update();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(kept(id)).isZero());
    }

    @Test
    void refusesMoreThanFitsIntoMemory() throws Exception {
        String id = wide("wide-refused");

        String rows = IntStream.range(0, 8000).mapToObj(i -> "{}").collect(Collectors.joining(","));
        assertThat(post("/monitors/" + id + "/observe", "{\"instances\": [" + rows + "]}")
                        .detail())
                .isEqualTo("$.instances: 8000 rows (expected: at most 7968 of 1004 columns)");
        assertThat(post("/monitors", document("counted-wide", "{\"count\": 10000}"))
                        .detail())
                .isEqualTo("$.windows.count: 10000 (expected: at most 3984, as a row has 1004 columns)");
    }

    /** Of 1,000 features, a prediction, its target, latency and digest. */
    private String wide(String name) throws Exception {
        return monitorOf(document(name, "{\"event_time\": \"PT1H\", \"lateness\": \"PT2H\", \"idle\": \"PT1H\"}"));
    }

    private static String document(String name, String windows) {
        String features = IntStream.range(0, 1000)
                .mapToObj("{\"name\": \"f%d\", \"type\": \"numeric\"}"::formatted)
                .collect(Collectors.joining(","));
        return """
                {"name": "%s", "learner": "%s", "task": "regression", "schema": {"features": [%s]},
                 "reference": {"instances": [{"f0": 1, "f7": 2}, {"f0": 3, "f7": 4}]}, "windows": %s}
                """.formatted(name, name, features, windows);
    }

    /** Ten rows, that say something of a few columns. */
    private void observe(String monitor, int event, Instant at) throws Exception {
        String rows = IntStream.range(0, 10)
                .mapToObj(i -> "{\"f0\": %d, \"f7\": %d, \"f999\": %d}".formatted(event + i, i, event))
                .collect(Collectors.joining(","));
        Answer taken = post(
                "/monitors/" + monitor + "/observe",
                "{\"id\": \"e%d\", \"event_time\": \"%s\", \"instances\": [%s]}".formatted(event, at, rows));
        assertThat(taken.status()).as(taken.text()).isEqualTo(202);
    }

    private int kept(String monitor) {
        return jdbc.sql("select coalesce(sum(row_count), 0) from prediction_block where monitor_id = :id")
                .param("id", UUID.fromString(monitor))
                .query(Integer.class)
                .single();
    }

    private boolean sampled(String monitor) {
        return jdbc.sql("select bool_or(sampled) from prediction_block where monitor_id = :id")
                .param("id", UUID.fromString(monitor))
                .query(Boolean.class)
                .single();
    }
}
