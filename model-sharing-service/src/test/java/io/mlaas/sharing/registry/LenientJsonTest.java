package io.mlaas.sharing.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.kit.problem.ProblemException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LenientJsonTest {
    @Test
    void readsJsonWithCommasTooMany() {
        assertThat(LenientJson.object("metadata", "{\"a\": {\"b\": 1,}, \"c\": [1, 2.5,],}"))
                .isEqualTo(Map.of("a", Map.of("b", 1), "c", List.of(1, 2.5)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ sample_dimension: (500,500), sample_num : 606}}",
                "{ ''sample_dimension'': ''(500,500)'', ''sample_num'' : 606}}",
                "{ 'sample_dimension': '(500,500)', 'sample_num' : 606}",
                "{ \"sample_dimension\": \"(500,500)\", \"sample_num\" : 606}}"
            })
    void readsTheSecondReportsDatasetHoweverItsQuotesSurvive(String text) {
        assertThat(LenientJson.object("metadata", text))
                .isEqualTo(Map.of("sample_dimension", "(500,500)", "sample_num", 606L));
    }

    @Test
    void readsTheSecondReportsModel() {
        assertThat(LenientJson.object(
                        "metadata",
                        "{ model_params: { sample_dimension: (500, 500), params: {\"lr\": 0.1, on: true, off: null}},"
                                + " data_params: { dataset_id: b2a30898-b72c-4b08-802b-7786425d01f9}}"))
                .satisfies(read -> {
                    assertThat(read.get("data_params"))
                            .isEqualTo(Map.of("dataset_id", "b2a30898-b72c-4b08-802b-7786425d01f9"));
                    assertThat(String.valueOf(read.get("model_params")))
                            .isEqualTo("{sample_dimension=(500, 500), params={lr=0.1, on=true, off=null}}");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "7",
                "[]",
                "text",
                "{",
                "}",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":}",
                "{a b}",
                "{a:(}",
                "{\"a\": 1 \"b\": 2}",
                "{\"a\": 1, \"a\": 2}",
                "{a: 1, a: 2}",
                "{'a: 1}",
                "{a: 'b}",
                "{: 1}",
                "{a: 1} b",
                "{a: 1]",
                "{\"a\": \"\\x\"}"
            })
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> LenientJson.object("metadata", text))
                .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.problem())
                        .isEqualTo(RegistryProblem.MALFORMED_METADATA));
    }

    @Test
    void saysWhere() {
        assertThatThrownBy(() -> LenientJson.object("metadata", "{\n  \"a\": \"x\" 7\n}"))
                .hasMessage("metadata: not JSON at line 2, column 12 (expected: a JSON object)");
    }

    @Test
    void refusesWhatIsNestedTooDeep() {
        assertThatThrownBy(() -> LenientJson.object("metadata", "{a:".repeat(5000) + "1" + "}".repeat(5000)))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> LenientJson.object("metadata", "[".repeat(60_000)))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    void aNumberBeyondMeasureIsText() {
        String digits = "9".repeat(2000);
        assertThat(LenientJson.object("metadata", "{n: " + digits + ", m: NaN}"))
                .containsEntry("n", digits)
                .containsEntry("m", "NaN");
    }
}
