package io.mlaas.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.transform.payload.Message;
import io.mlaas.transform.row.Unit;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Units, power, scaling, categories, calendar. */
class ValueStepsTest {
    private static final String SAMPLE = "{\"step\": \"sample\", \"inputs\": [\"x\"], \"targets\": [\"y\"]}";

    @ParameterizedTest
    @CsvSource({
        "25, Cel, K, 298.15",
        "32, [degF], Cel, 0",
        "212, [degF], Cel, 100",
        "1, kWh, J, 3.6e6",
        "2, MW, kW, 2000",
        "36, km/h, m/s, 10",
        "1, bar, hPa, 1000",
        "180, deg, rad, 3.141592653589793",
        "50, %, 1, 0.5"
    })
    void convertsUnits(double value, String from, String to, double expected) {
        double converted =
                Objects.requireNonNull(Unit.find(from)).convert(value, Objects.requireNonNull(Unit.find(to)));

        assertThat(converted).isCloseTo(expected, within(1e-9 * Math.abs(expected) + 1e-9));
    }

    @Test
    void computesPowerOfEachPhaseWithItsFactor() {
        Transformer transformer = Transformer.of("""
                {"steps": [{"step": "extract", "fields": [
                   {"name": "u1", "path": "$.u[0]", "unit": "kV"}, {"name": "u2", "path": "$.u[1]", "unit": "kV"},
                   {"name": "i1", "path": "$.i[0]", "unit": "A", "unit_path": "$.in"}, {"name": "i2", "path": "$.i[1]", "unit": "A"},
                   {"name": "f1", "path": "$.f[0]"}, {"name": "f2", "path": "$.f[1]"}]},
                 {"step": "power", "voltage": ["u1", "u2"], "current": ["i1", "i2"], "power_factor": ["f1", "f2"],
                  "phases_into": ["p1", "p2"]},
                 {"step": "sample", "inputs": ["power", "p1", "p2"]}]}""");

        Outcome outcome =
                transformer.accept(message("{\"u\":[0.2,0.3],\"i\":[10000,-10],\"in\":\"mA\",\"f\":[0.5,1]}"));

        assertThat(outcome.samples().getFirst().input())
                .containsExactly(new double[] {-2000, 1000, -3000}, within(1e-9));
        assertThat(transformer.describe().input().features().getFirst().unit()).isEqualTo("W");
        assertThat(transformer
                        .accept(message("{\"u\":[1,1],\"i\":[1,1],\"in\":\"V\",\"f\":[1,1]}"))
                        .rejections())
                .containsExactly(new Rejection("s", "$.in: \"V\" (expected: one of A, uA, mA, kA)"));
    }

    @Test
    void calledPowerWithoutAFactorWhatItIs() {
        Transformer transformer = Transformer.of("""
                {"steps": [{"step": "extract", "fields": [
                   {"name": "u", "path": "$.u", "unit": "V"}, {"name": "i", "path": "$.i", "unit": "A"}]},
                 {"step": "power", "voltage": ["u"], "current": ["i"], "line_to_line": true},
                 {"step": "sample", "inputs": ["power"]}]}""");

        assertThat(transformer
                        .accept(message("{\"u\":400,\"i\":10}"))
                        .samples()
                        .getFirst()
                        .input()[0])
                .isCloseTo(4000 / Math.sqrt(3), within(1e-9));
        assertThat(transformer.describe().input().features().getFirst().unit()).isEqualTo("VA");
    }

    @Test
    void scalesWithFixedParameters() {
        assertThat(new Pipeline("""
                {"step": "scale", "method": "min_max", "range": [-1, 1], "clip": true,
                 "parameters": {"x": {"minimum": 0, "maximum": 10}}}, %s""".formatted(SAMPLE))
                        .at(0, "x=5")
                        .at(1, "x=20")
                        .at(2, "x=-1")
                        .shown())
                .containsExactly("0: 0", "1: 1", "2: -1");
        assertThat(new Pipeline("""
                {"step": "scale", "method": "standard", "parameters": {"x": {"mean": 4, "standard_deviation": 2}}}, %s""".formatted(SAMPLE)).at(0, "x=5").shown()).containsExactly("0: 0.5");
    }

    @Test
    void scalesVectorsAndBack() {
        Transformer transformer = Transformer.of("""
                {"steps": [{"step": "extract", "fields": [{"name": "h", "path": "$.h", "type": "vector", "shape": [3], "unit": "kW"}]},
                  {"step": "scale", "method": "min_max", "parameters": {"h": {"minimum": 0, "maximum": 20}}},
                  {"step": "sample", "inputs": ["h"], "targets": ["h"]}]}""");

        Sample sample =
                transformer.accept(message("{\"h\":[0,5,20]}")).samples().getFirst();

        assertThat(sample.input()).containsExactly(0, .25, 1);
        assertThat(transformer.inverse(sample, new double[] {.5, 1, 0}).series().getFirst())
                .isEqualTo(new Prediction.Series("h", "kW", List.of(), List.of(10.0, 20.0, 0.0), List.of()));
    }

    @Test
    void learnsItsParametersAndInvertsWithThoseOfTheSample() {
        Pipeline pipeline = new Pipeline("""
                {"step": "scale", "method": "min_max", "fit": "running", "fields": ["x", "y"], "warm_up": 3, "freeze_after": 4},
                {"step": "sample", "inputs": ["x"], "targets": ["y"]}""");
        pipeline.at(0, "x=0 y=0").at(1, "x=10 y=100");
        assertThat(pipeline.shown()).isEmpty();

        pipeline.at(2, "x=5 y=50").at(3, "x=20 y=200").at(4, "x=40 y=0");

        assertThat(pipeline.shown())
                .containsExactly("0: 0 -> 0", "1: 1 -> 1", "2: 0.5 -> 0.5", "3: 1 -> 1", "4: 2 -> 0");
        Transformer transformer = pipeline.transformer();
        assertThat(predicted(transformer, pipeline.samples().get(2), .5)).isEqualTo(50);
        assertThat(predicted(transformer, pipeline.samples().get(4), .5)).isEqualTo(100);
        assertThat(transformer.describe().predictions().getFirst().unit()).isEmpty();
    }

    @Test
    void standardisesAsThePopulationSaysAndEachSourceForItself() {
        Pipeline pipeline = new Pipeline("""
                {"step": "scale", "method": "standard", "fit": "running", "fields": ["x"], "warm_up": 4, "per": "source"}, %s""".formatted(SAMPLE));

        pipeline.from("b", 0, "x=1000").at(0, "x=2").at(1, "x=4").at(2, "x=4").at(3, "x=6");

        // mean 4, population standard deviation √2
        assertThat(pipeline.shown()).containsExactly("0: -1.414214", "1: 0", "2: 0", "3: 1.414214");
    }

    @Test
    void encodesCategoriesAndNamesPredictedOnes() {
        Pipeline pipeline = new Pipeline("""
                {"step": "one_hot", "field": "t", "categories": ["red", "green", "blue"]},
                {"step": "sample", "inputs": ["x"], "targets": ["t"]}""");
        pipeline.at(0, "x=1 t=\"green\"").at(1, "x=2").at(2, "x=1 t=\"pink\"");

        assertThat(pipeline.shown()).containsExactly("0: 1 -> 0 1 0", "1: 2");
        assertThat(pipeline.rejections()).containsExactly("t: \"pink\" (expected: one of red, green, blue)");
        Prediction prediction =
                pipeline.transformer().inverse(pipeline.samples().getFirst(), new double[] {.1, .2, .7});
        assertThat(prediction.series().getFirst().labels()).containsExactly("blue");
        assertThat(prediction.series().getFirst().values()).containsExactly(.1, .2, .7);
        assertThatThrownBy(
                        () -> pipeline.transformer().inverse(pipeline.samples().getFirst(), new double[2]))
                .hasMessage("prediction: 2 numbers (expected: 3)");

        Pipeline index = new Pipeline("""
                {"step": "one_hot", "field": "t", "categories": ["red", "green"], "as": "index"},
                {"step": "sample", "inputs": ["x"], "targets": ["t"]}""");
        assertThat(index.at(0, "x=1 t=\"green\"").shown()).containsExactly("0: 1 -> 1");
        assertThat(index.transformer()
                        .inverse(index.samples().getFirst(), new double[] {.7})
                        .series()
                        .getFirst()
                        .labels())
                .containsExactly("green");
    }

    @Test
    void knowsTheClockOfTheTimeZone() {
        Pipeline pipeline = new Pipeline("""
                {"step": "calendar", "zone": "Europe/Athens", "cyclic": false,
                 "features": ["hour", "minute", "day_of_week", "day_of_month", "day_of_year", "month", "weekend"]},
                {"step": "sample", "inputs": ["hour", "minute", "day_of_week", "day_of_month", "day_of_year", "month", "weekend"]}""");
        // 1 March 2026 is a Sunday; on 29 March Athens' clocks go from 3 to 4
        pipeline.at(0, "").at(28 * 86400 + 1800, "").at(28 * 86400 + 3600, "");

        assertThat(pipeline.shown())
                .containsExactly("0: 2 0 6 0 59 2 1", "2421000: 2.5 30 6 28 87 2 1", "2422800: 4 0 6 28 87 2 1");

        assertThat(new Pipeline("""
                {"step": "calendar", "features": ["hour", "weekend"]},
                {"step": "sample", "inputs": ["hour_sin", "hour_cos", "weekend"]}""").at(6 * 3600, "").shown()).containsExactly("21600: 1 0 1");
    }

    @Test
    void takesVectorsAndTextNumbers() {
        Transformer transformer = Transformer.of("""
                {"steps": [{"step": "extract", "fields": [
                    {"name": "m", "path": "$.m", "type": "vector", "shape": [2, 2]}, {"name": "n", "path": "$.n", "default": -1}]},
                  {"step": "sample", "inputs": ["m", "n"]}]}""");

        assertThat(transformer
                        .accept(message("{\"m\":[[1,2],[3,\"4.5\"]],\"n\":true}"))
                        .samples()
                        .getFirst()
                        .input())
                .containsExactly(1, 2, 3, 4.5, 1);
        assertThat(transformer
                        .accept(message("{\"m\":[[1,2],[3,4]]}"))
                        .samples()
                        .getFirst()
                        .input())
                .endsWith(-1);
        assertThat(transformer.describe().input().shape()).isEqualTo(List.of(5));
        assertThat(transformer
                        .accept(message("{\"m\":[[1,2],[3]]}"))
                        .rejections()
                        .getFirst()
                        .reason())
                .isEqualTo("$.m: [3] (expected: numbers of the shape [2, 2])");
        assertThat(transformer
                        .accept(message("{\"m\":[[1,2],[3,1e999]]}"))
                        .rejections()
                        .getFirst()
                        .reason())
                .isEqualTo("$.m: \"Infinity\" (expected: numbers of the shape [2, 2])");
    }

    private static double predicted(Transformer transformer, Sample sample, double value) {
        return transformer
                .inverse(sample, new double[] {value})
                .series()
                .getFirst()
                .values()
                .getFirst();
    }

    private static Message message(String json) {
        return Message.of("s", Pipeline.START, json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
