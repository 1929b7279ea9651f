package io.mlaas.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlaas.transform.document.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransformerDocumentTest {
    @Test
    void tellsEveryMistakeAtOnceWithItsPath() {
        List<String> mistakes = mistakes("""
                {"version": 2, "nonsense": 1,
                 "payload": {"format": "xml", "time": {"path": "time"}},
                 "limits": {"sources": 0},
                 "steps": [
                   {"step": "extract", "fields": [{"name": "u", "path": "$.u", "unit": "kVV"}, {"name": "i", "path": "$.i", "unit": "A"}]},
                   {"step": "power", "voltage": ["i"], "current": ["i", "x"]},
                   {"step": "polish"},
                   {"step": "resample", "every": "1 hour", "fields": {"power": "median"}},
                   {"step": "window", "inputs": ["power"], "in": 0}
                 ]}""");

        assertThat(mistakes)
                .contains(
                        "$.version: 2 (expected: 1 to 1)",
                        "$.limits.sources: 0 (expected: 1 to 10000000)",
                        "$.payload.time.path: \"time\", character 1: expected: $ (expected: a JSON path)",
                        "$.steps[1].voltage[0]: \"i\" is in \"A\" (expected: a voltage, one of V, uV, mV, kV, MV)",
                        "$.steps[1].current: 2 columns (expected: 1, as many as voltages)",
                        "$.steps[3].every: \"1 hour\" (expected: an ISO 8601 duration such as PT1H)",
                        "$.steps[3].fields.power: \"median\" (expected: one of mean, sum, last, first, max, min, count)",
                        "$.steps[4].in: 0 (expected: 1 to 100000)",
                        "$.steps[4].out: missing (expected: a whole number, 0 to 100000)")
                .anyMatch(mistake -> mistake.startsWith("$.nonsense: unknown field (expected: one of limits, payload"))
                .anyMatch(mistake -> mistake.startsWith("$.payload.format: \"xml\" (expected: one of json, senml"))
                .anyMatch(mistake -> mistake.startsWith("$.steps[0].fields[0].unit: \"kVV\" (expected: one of V, "))
                .anyMatch(mistake -> mistake.startsWith("$.steps[2].step: \"polish\" (expected: one of "));
    }

    @Test
    void checksTheColumnsOfEachStepAgainstTheOneBefore() {
        assertThat(mistakes("""
                {"steps": [
                  {"step": "extract", "fields": [{"name": "u", "path": "$.u"}, {"name": "text", "path": "$.t", "type": "text"}]},
                  {"step": "convert", "field": "u", "to": "kV"},
                  {"step": "fill", "method": "linear"},
                  {"step": "sample", "inputs": ["text", "w", "u", "u"]}]}"""))
                .containsExactly(
                        "$.steps[1].field: \"u\" has no unit (expected: a column whose unit is declared)",
                        "$.steps[3].inputs[0]: \"text\" is a text (expected: a number or vector)",
                        "$.steps[3].inputs[3]: \"u\" twice (expected: each column once)");
        assertThat(mistakes("""
                {"steps": [
                  {"step": "extract", "fields": [{"name": "u", "path": "$.u"}, {"name": "text", "path": "$.t", "type": "text"}]},
                  {"step": "sample", "inputs": ["text", "w", "u", "u"]}]}"""))
                .containsExactly(
                        "$.steps[1].inputs[0]: \"text\" is a text (expected: a number or vector)",
                        "$.steps[1].inputs[1]: \"w\" (expected: one of the columns u, text)",
                        "$.steps[1].inputs[3]: \"u\" twice (expected: each column once)");
    }

    @Test
    void boundsWhatAllSourcesTogetherMayKeep() {
        assertThat(mistakes("""
                {"limits": {"sources": 1000, "rows": 50000}, "steps": [
                  {"step": "extract", "fields": [{"name": "u", "path": "$.u"}]},
                  {"step": "window", "inputs": ["u"], "in": 36, "out": 24}]}"""))
                .containsExactly("$.limits.sources: 1000 sources of up to 60 rows (expected: at most 50000 rows in all,"
                        + " or more in limits.rows)");
    }

    @Test
    void takesTheSameConfigurationInOtherWordsForTheSame() {
        String one =
                "{\"steps\": [{\"step\": \"extract\", \"fields\": [{\"name\": \"u\", \"path\": \"$.u\", \"maximum\": 10}]},"
                        + "{\"step\": \"sample\", \"inputs\": [\"u\"]}]}";
        String same =
                "{ \"steps\": [{\"fields\": [{\"maximum\": 1.0e1, \"path\": \"$.u\", \"name\": \"u\"}], \"step\": \"extract\"},"
                        + "{\"step\": \"sample\", \"inputs\": [\"u\"]}]}";

        assertThat(TransformerDocument.of(same).digest())
                .isEqualTo(TransformerDocument.of(one).digest());
        assertThat(TransformerDocument.of(one.replace("10", "11")).digest())
                .isNotEqualTo(TransformerDocument.of(one).digest());
    }

    @Test
    void wantsAnEnd() {
        assertThat(mistakes(
                        "{\"steps\": [{\"step\": \"extract\", \"fields\": [{\"name\": \"u\", \"path\": \"$.u\"}]}]}"))
                .containsExactly("$.steps[0].step: the last step (expected: window or sample, which end a pipeline)");
        assertThat(mistakes("{}")).contains("$.steps: missing (expected: a list of objects)");
        assertThat(mistakes("[1]")).contains("$: [1] (expected: an object)");
        assertThat(mistakes("{")).hasSize(1);
    }

    private static List<String> mistakes(String json) {
        InvalidTransformerException invalid =
                catchThrowableOfType(InvalidTransformerException.class, () -> TransformerDocument.of(json));
        assertThat(invalid).isNotNull();
        return invalid.problems().stream().map(Problem::toString).toList();
    }
}
