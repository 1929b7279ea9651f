package io.mlaas.transform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Resampling, filling, lags and windows. */
class SeriesStepsTest {
    private static final String EACH = "{\"step\": \"window\", \"inputs\": [\"x\"], \"in\": 1, \"out\": 0}";

    @Test
    void aggregatesByEventTimeWhateverTheOrderOfArrival() {
        for (String[] wanted : new String[][] {
            {"mean", "3"}, {"sum", "9"}, {"last", "5"}, {"first", "1"}, {"max", "5"}, {"min", "1"}, {"count", "3"}
        }) {
            Pipeline pipeline = new Pipeline("""
                    {"step": "resample", "every": "PT1M", "lateness": "PT10S", "fields": {"x": "%s"}}, %s""".formatted(wanted[0], EACH));
            pipeline.at(50, "x=5").at(10, "x=1").at(30, "x=3").at(40, "y=7").at(69, "x=100");
            assertThat(pipeline.shown()).isEmpty();

            pipeline.at(70, "x=100");

            assertThat(pipeline.shown()).containsExactly("0: " + wanted[1]);
        }
    }

    @Test
    void dropsRejectsOrCountsInWhatComesTooLate() {
        String document = """
                {"step": "resample", "every": "PT1M", "fields": {"x": "mean"}, "late": "%s", "keep": 2},
                {"step": "window", "inputs": ["x"], "in": 3, "out": 0}""";

        Pipeline drop = new Pipeline(document.formatted("drop"));
        drop.at(0, "x=1").at(60, "x=2").at(59, "x=9").at(120, "x=3").at(180, "x=4");
        assertThat(drop.shown()).containsExactly("120: 1 2 3");
        assertThat(drop.transformer().dropped()).containsEntry("late", 1L);

        Pipeline error = new Pipeline(document.formatted("error"));
        error.at(0, "x=1").at(60, "x=2").at(59, "x=9");
        assertThat(error.rejections())
                .containsExactly("time: 2026-03-01T00:00:59Z (expected: 2026-03-01T00:01:00Z or"
                        + " later, since earlier periods are closed)");

        Pipeline update = new Pipeline(document.formatted("update"));
        update.at(0, "x=1").at(60, "x=2").at(59, "x=9").at(120, "x=3").at(180, "x=4");
        assertThat(update.shown()).containsExactly("120: 5 2 3");
        update.at(30, "x=9").at(130, "x=9").at(240, "x=6");
        // the first period is beyond the two that are kept; the third is corrected
        assertThat(update.shown()).containsExactly("120: 5 2 3", "180: 2 6 4");
        assertThat(update.transformer().dropped()).containsEntry("late", 1L);
    }

    @Test
    void closesWhatASilentSourceLeftOpen() {
        Pipeline pipeline =
                new Pipeline("{\"step\": \"resample\", \"every\": \"PT1M\", \"fields\": {\"x\": \"mean\"}}, " + EACH);
        pipeline.at(10, "x=1").from("b", 20, "x=2").advance(59);
        assertThat(pipeline.shown()).isEmpty();

        pipeline.advance(60).at(30, "x=7");

        assertThat(pipeline.shown()).containsExactly("0: 1", "0: 2");
        assertThat(pipeline.transformer().dropped()).containsEntry("late", 1L);
    }

    @Test
    void fillsGapsUpToItsLimit() {
        String document = """
                {"step": "resample", "every": "PT1S", "fields": {"x": "last", "y": "last"}},
                {"step": "fill", "method": "%s", "limit": 2%s},
                {"step": "window", "inputs": ["x", "y"], "in": 1, "out": 0}""";

        assertThat(gaps(document.formatted("previous", "")))
                .containsExactly("0: 0 10", "1: 0 11", "2: 0 11", "3: 6 12", "9: 1 1");
        assertThat(gaps(document.formatted("linear", "")))
                .containsExactly("0: 0 10", "1: 2 11", "2: 4 11.5", "3: 6 12", "9: 1 1");
        assertThat(gaps(document.formatted("constant", ", \"value\": -1")))
                .containsExactly("0: 0 10", "1: -1 11", "2: -1 -1", "3: 6 12", "9: 1 1");
        assertThat(gaps(document.formatted("drop", ""))).containsExactly("0: 0 10", "3: 6 12", "9: 1 1");
    }

    private static java.util.List<String> gaps(String steps) {
        return new Pipeline(steps)
                .at(0, "x=0 y=10")
                .at(1, "y=11")
                .at(3, "x=6 y=12")
                .at(9, "x=1 y=1")
                .at(10, "x=1 y=1")
                .shown();
    }

    @Test
    void carriesTheLastValueWhereDevicesReportByException() {
        Pipeline pipeline = new Pipeline("""
                {"step": "fill", "method": "previous", "limit": 3, "fields": ["x", "y"]},
                {"step": "sample", "inputs": ["x", "y"]}""");

        pipeline.at(0, "x=1")
                .at(1, "y=2")
                .at(2, "x=3")
                .at(3, "x=4")
                .at(4, "x=5")
                .at(5, "x=6");

        assertThat(pipeline.shown()).containsExactly("1: 1 2", "2: 3 2", "3: 4 2", "4: 5 2");
    }

    @Test
    void gapsOfMoreThanTheLimitStayAndNothingIsDrawnThroughThem() {
        Pipeline pipeline = new Pipeline("""
                {"step": "resample", "every": "PT1S", "fields": {"x": "last", "y": "last"}},
                {"step": "fill", "method": "linear", "limit": 2},
                {"step": "window", "inputs": ["x", "y"], "in": 1, "out": 0}""");

        pipeline.at(0, "x=0 y=0");
        for (int second = 1; second < 5; second++) {
            pipeline.at(second, "y=" + second);
        }
        pipeline.at(5, "x=5 y=5").at(6, "x=6 y=6");

        assertThat(pipeline.shown()).containsExactly("0: 0 0", "5: 5 5");
        assertThat(pipeline.transformer().dropped()).containsEntry("missing", 4L);
    }

    @Test
    void strides() {
        Pipeline pipeline = new Pipeline("""
                {"step": "window", "inputs": ["x", "y"], "targets": ["x"], "in": 2, "out": 1, "stride": 2}""");

        for (int i = 0; i < 7; i++) {
            pipeline.at(i, "x=" + i + " y=" + (10 + i));
        }

        assertThat(pipeline.shown())
                .containsExactly(
                        "1: 0 10 1 11",
                        "1: 0 10 1 11 -> 2",
                        "3: 2 12 3 13",
                        "3: 2 12 3 13 -> 4",
                        "5: 4 14 5 15",
                        "5: 4 14 5 15 -> 6");
    }

    @Test
    void looksBackByRowsOrByPeriods() {
        String lag = """
                {"step": "lag", "field": "x", "lags": [1, 3]}, {"step": "sample", "inputs": ["x", "x_lag_1", "x_lag_3"]}""";
        Pipeline rows = new Pipeline(lag);
        for (int i = 0; i < 40; i++) {
            rows.at(i * i, "x=" + i);
        }
        assertThat(rows.shown()).hasSize(37).contains("9: 3 2 0", "1521: 39 38 36");
        assertThat(rows.transformer().dropped()).containsEntry("no past yet", 3L);

        Pipeline periods =
                new Pipeline("{\"step\": \"resample\", \"every\": \"PT1S\", \"fields\": {\"x\": \"last\"}}, " + lag);
        periods.at(0, "x=0")
                .at(1, "x=1")
                .at(3, "x=3")
                .at(4, "x=4")
                .at(5, "x=5")
                .at(6, "x=6")
                .at(7, "x=7");
        assertThat(periods.shown()).containsExactly("4: 4 3 1", "6: 6 5 3");
    }
}
