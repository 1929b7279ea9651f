package io.mlaas.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class SchemaTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void readsWhatItWrites() {
        Schema schema = new Schema(
                List.of(
                        new Input.Numeric("voltage"),
                        new Input.Nominal("phase", List.of("a", "b")),
                        new Input.Tensor("day", List.of(24, 2))),
                new Target.Regression(List.of("power")));
        assertThat(Schema.parse(JSON.readTree(schema.toString()), "$")).isEqualTo(schema);
        assertThat(schema.width()).isEqualTo(50);
        assertThat(schema.values(1)).isEqualTo(2);
        assertThat(schema.values(2)).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'target': {'classes': ['a', 'b']}} | $.schema.inputs: missing",
                "{'inputs': [{'name': 'x', 'type': 'number'}], 'target': {'classes': ['a', 'b']}} | $.schema.inputs[0].type: \"number\" (expected: one of numeric, nominal, tensor)",
                "{'inputs': [{'name': 'x'}], 'target': {'classes': ['a', 7]}} | $.schema.target.classes[1]: 7 (expected: a string)",
                "{'inputs': [{'name': 'x'}], 'target': {'classes': ['a']}} | $.schema.target: classes: [a] (expected: 2 or more",
                "{'inputs': [{'name': 'x'}, {'name': 'x'}], 'target': {'classes': ['a', 'b']}} | $.schema: inputs: [x, x]",
                "{'inputs': [{'name': 'x', 'values': []}], 'target': {'classes': ['a', 'b']}} | $.schema.inputs[0].values: unknown field",
                "{'inputs': [{'name': 'x', 'type': 'tensor', 'shape': [0]}], 'target': {'classes': ['a', 'b']}} | $.schema.inputs[0]: x: shape: [0]",
            })
    void refusesWithThePath(String json, String message) {
        assertThatThrownBy(() -> Schema.parse(JSON.readTree(json.replace('\'', '"')), "$.schema"))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageStartingWith(message.strip());
    }

    @Test
    void namesTheElementOfATensorThatIsNotFinite() {
        Schema schema = new Schema(
                List.of(new Input.Numeric("hour"), new Input.Tensor("day", List.of(2, 2))),
                new Target.Regression(List.of("power")));
        assertThatThrownBy(() -> schema.checkInputs(1, new double[] {1, 2, 3, Double.NaN, 5}))
                .hasMessage("row 0: day[2]: NaN (expected: a finite number from -1e30 to 1e30)");
    }
}
