package io.mlaas.transform.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonPathTest {
    private static final JsonNode TREE = JsonMapper.shared().readTree("""
            {"a": {"b": [0, 1, 2, 3, 4], "j j": {"k.k": 7}}, "o": [{"x": 1}, {"x": 2, "y": {"x": 3}}], "ü": 5}""");

    /** Slices and orders as RFC 9535, sections 2.3.4.3 and 2.5, define them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$.a.b[0] | 0",
                "$.a.b[-1] | 4",
                "$['a'][\"b\"][2] | 2",
                "$.a['j j']['k.k'] | 7",
                "$.ü | 5",
                "$.a.b[1:3] | 1 2",
                "$.a.b[3:] | 3 4",
                "$.a.b[1:5:2] | 1 3",
                "$.a.b[5:1:-2] | 4 2",
                "$.a.b[::-1] | 4 3 2 1 0",
                "$.a.b[-2:] | 3 4",
                "$.a.b[0, 0, 3] | 0 0 3",
                "$.o[*].x | 1 2",
                "$..x | 1 2 3",
                "$.o..['x'] | 1 2 3",
                "$.a.b[9] | ''",
                "$.a.b[::0] | ''",
                "$.a.b.c | ''",
                "$.a[0] | ''",
            })
    void selectsWhatTheStandardSays(String path, String expected) {
        List<String> found =
                JsonPath.of(path).all(TREE).stream().map(JsonNode::asString).toList();

        assertThat(String.join(" ", found)).isEqualTo(expected);
        JsonNode first = JsonPath.of(path).first(TREE);
        assertThat(first == null ? "" : first.asString()).isEqualTo(found.isEmpty() ? "" : found.getFirst());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "$a",
                "$.",
                "$[",
                "$['a",
                "$[1",
                "$.a[?@.x]",
                "$[99999999999]",
                "$.1a",
                "$['\\q']",
                "$[]"
            })
    void saysWhereAPathIsWrong(String path) {
        assertThatThrownBy(() -> JsonPath.of(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("character");
    }

    @Test
    void selectsABoundedNumberOfNodes() {
        String nested = Stream.generate(() -> "1").limit(400).reduce("[", (a, b) -> a + b + ",") + "1]";
        JsonNode wide = JsonMapper.shared().readTree("[" + (nested + ",").repeat(300) + nested + "]");

        assertThatThrownBy(() -> JsonPath.of("$[*][*]").all(wide)).hasMessageContaining("more than 100000 nodes");
    }
}
