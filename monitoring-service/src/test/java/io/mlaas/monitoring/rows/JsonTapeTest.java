package io.mlaas.monitoring.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonTapeTest {
    private final JsonMapper json = JsonMapper.builder().build();
    private final JsonTape tape = new JsonTape();

    @Test
    void holdsWhatATreeHolds() {
        Random random = new Random(5);
        for (int i = 0; i < 300; i++) {
            JsonNode tree = value(random, 0);

            tape.read(json.writeValueAsBytes(tree));

            JsonNode held = json.readTree(tape.json(JsonTape.ROOT));
            assertThat(held.equals(JsonTapeTest::compare, tree))
                    .as("%s of %s", held, tree)
                    .isTrue();
        }
    }

    @Test
    void readsDecimalsAsJavaDoes() {
        Random random = new Random(6);
        for (int i = 0; i < 20_000; i++) {
            String digits = String.valueOf(random.nextLong() >>> 2 | 1L << 60).substring(0, 1 + random.nextInt(18));
            int point = random.nextInt(digits.length() + 1);
            String number = (random.nextBoolean() ? "-" : "")
                    + (point == 0 ? "0" : digits.substring(0, point).replaceFirst("^0+(?=.)", ""))
                    + "." + (point == digits.length() ? "0" : digits.substring(point))
                    + (random.nextInt(5) == 0 ? "e" + (random.nextInt(40) - 20) : "");

            read(number);

            assertThat(Double.doubleToRawLongBits(tape.number(JsonTape.ROOT)))
                    .as(number)
                    .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(number)));
        }
    }

    /** 1 and 1.0 are the same number. */
    private static int compare(JsonNode left, JsonNode right) {
        boolean same =
                left.isNumber() && right.isNumber() ? left.doubleValue() == right.doubleValue() : left.equals(right);
        return same ? 0 : 1;
    }

    private JsonNode value(Random random, int depth) {
        var nodes = json.getNodeFactory();
        return switch (random.nextInt(depth > 4 ? 6 : 8)) {
            case 0 -> nodes.numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(300)));
            case 1 -> nodes.numberNode(random.nextInt());
            case 2 -> nodes.stringNode("é\"\\\n\0😀".substring(random.nextInt(5)) + "x".repeat(random.nextInt(100)));
            case 3 -> nodes.booleanNode(random.nextBoolean());
            case 4, 5 -> nodes.nullNode();
            case 6 -> {
                var list = nodes.arrayNode();
                for (int i = random.nextInt(40); i > 0; i--) {
                    list.add(value(random, depth + 1));
                }
                yield list;
            }
            default -> {
                var object = nodes.objectNode();
                for (int i = random.nextInt(5); i > 0; i--) {
                    object.set("f" + i, value(random, depth + 1));
                }
                yield object;
            }
        };
    }

    @Test
    void findsFieldsAndElements() {
        read("{\"a\": [1, {\"b\": \"x\"}, []], \"c\": true, \"a\": [2.5, null]}");

        int a = tape.field(JsonTape.ROOT, "a");
        assertThat(tape.size(a)).isEqualTo(2);
        assertThat(tape.number(tape.first(a))).isEqualTo(2.5);
        assertThat(tape.isAbsent(tape.next(tape.first(a)))).isTrue();
        assertThat(tape.category(tape.field(JsonTape.ROOT, "c"))).isEqualTo("true");
        assertThat(tape.field(JsonTape.ROOT, "d")).isEqualTo(JsonTape.NONE);
        assertThat(tape.field(a, "b")).isEqualTo(JsonTape.NONE);
        assertThat(Rows.wrongType(tape.number(a))).isTrue();
        read("[]");
        assertThat(tape.field(JsonTape.ROOT, "a")).isEqualTo(JsonTape.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "1 2", "[1,]", "{\"a\"}", "nul", "\"a"})
    void refusesWhatIsNoJson(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(JacksonException.class);
    }

    private void read(String text) {
        tape.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-03-01T12:00:00Z",
                "2026-03-01T12:00:00.5Z",
                "2024-02-29T23:59:59.123456789Z",
                "1969-12-31T23:59:59.999999Z",
                "2026-03-01T12:00:00+02:00",
                "2026-03-01T12:00Z",
                "2026-03-01T12:00:00.Z",
                "+12026-03-01T12:00:00Z"
            })
    void readsTimesAsJavaDoes(String time) {
        assertThat(Instants.micros(time))
                .isEqualTo(ChronoUnit.MICROS.between(Instant.EPOCH, OffsetDateTime.parse(time)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-30T12:00:00Z",
                "2026-03-01T24:00:01Z",
                "2026-03-01T12:60:00Z",
                "2026-03-01T12:00:00.1234567890Z",
                "2026-03-01T12:00:00",
                "2026-13-01T12:00:00Z",
                "yesterday"
            })
    void refusesTimesThatThereAreNot(String time) {
        assertThatThrownBy(() -> Instants.micros(time)).isInstanceOf(java.time.DateTimeException.class);
    }

    @Test
    void namesRowsOfAnEventAsLabelsDo() {
        RowId.OfEvent ids = new RowId.OfEvent("é-1");
        for (int row : new int[] {0, 9, 10, 1234567}) {
            ids.select(row);
            assertThat(new RowId(ids.high(), ids.low()))
                    .isEqualTo(RowId.of("é-1", row))
                    .isEqualTo(RowId.parse("é-1#" + row));
        }
    }
}
