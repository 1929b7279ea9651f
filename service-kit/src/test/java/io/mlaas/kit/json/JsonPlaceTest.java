package io.mlaas.kit.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class JsonPlaceTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    record Row(int count, List<Row> rows, Colour colour, Shape shape) {}

    enum Colour {
        @JsonProperty("red")
        RED,
        GREEN
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({@JsonSubTypes.Type(value = Round.class, name = "round")})
    sealed interface Shape {}

    record Round(double radius) implements Shape {}

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"count": 1,}              | not JSON from line 1, column 13 on
            {"count": s3cret}          | not JSON from line 1, column 11 on
            {"count": 1                | not whole JSON: it ends at line 1, column 12
            {"count": "s3cret"}        | $.count (line 1, column 11): not of the right type (expected: a number)
            {"rows": [{"rows": true}]} | $.rows[0].rows (line 1, column 20): not of the right type (expected: a list)
            {"colour": "s3cret"}       | $.colour (line 1, column 12): not of the right type (expected: one of red, GREEN)
            {"shape": {"kind": "s3cret"}} | $.shape.kind (line 1, column 20): unknown (expected: one of round)
            {"shape": {}}              | $.shape.kind (line 1, column 12): missing (expected: one of round)
            ["s3cret"]                 | $ (line 1, column 1): not of the right type (expected: an object)
            ~~                         | empty (expected: JSON)
            {"count": 1, "other": "s3cret"} | $.other (line 1, column 32): unknown (expected: a field that this operation knows)
            """)
    void saysWhereATextIsWrongAndNothingOfIt(String text, String said) {
        JacksonException wrong = catchThrowableOfType(JacksonException.class, () -> JSON.readValue(text, Row.class));

        assertThat(JsonPlace.of(wrong)).isEqualTo(said);
    }
}
