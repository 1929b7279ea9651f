package io.mlaas.transform.payload;

import static io.mlaas.transform.payload.PayloadFixture.shown;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** JSON, lines of separated values, bare numbers. */
class OtherReadersTest {
    @Test
    void readsSeveralReadingsOfOneJsonDocument() throws BadPayloadException {
        PayloadFixture json = new PayloadFixture("""
                {"format": "json", "each": "$.items[*]", "source": "$.id", "time": {"path": "$.t", "format": "milliseconds"}}""");

        assertThat(shown(
                        json.read("{\"items\":[{\"id\":\"a\",\"t\":1772366400000},{\"id\":7,\"t\":1772366400500.5}]}")))
                .isEqualTo("""
                        a 2026-03-01T12:00:00Z {"id":"a","t":1772366400000}
                        7 2026-03-01T12:00:00.500500Z {"id":7,"t":1.7723664005005E12}
                        """);
        assertThat(json.reason("{\"items\":[]}")).isEqualTo("payload: 0 readings (expected: 1 to 10000)");
        assertThat(json.reason("{\"items\":[{\"id\":\"a\"}]}")).isEqualTo("$.t: missing (expected: the event time)");
        assertThat(json.reason("{\"items\":[{\"id\":\"a\",\"t\":\"x\"}]}"))
                .isEqualTo("$.t: \"x\" (expected: a number)");
        assertThat(json.reason("{\"items\":[{\"t\":1}]}")).isEqualTo("$.id: missing (expected: the source's name)");
    }

    @Test
    void refusesJsonBeyondTheLimits() {
        PayloadFixture json = new PayloadFixture("{}", "{\"bytes\": 2000, \"depth\": 5}");

        assertThat(json.reason("[".repeat(900))).startsWith("payload: Document nesting depth (6) exceeds");
        assertThat(json.reason("\"" + "a".repeat(3000) + "\""))
                .isEqualTo("payload: 3002 bytes (expected: at most 2000)");
        assertThat(json.reason("9".repeat(1000))).startsWith("payload: Number value length (1000) exceeds");
        assertThat(json.reason("{\"a\":1,\"a\":2}")).startsWith("payload: Duplicate property \"a\"");
        assertThat(json.reason("1 2")).isEqualTo("payload: more than one document (expected: one)");
        assertThat(json.reason("")).isEqualTo("payload: empty (expected: a document)");
        assertThat(json.reason("{\"a\": NaN}")).startsWith("payload: ");
    }

    @Test
    void readsSeparatedValues() throws BadPayloadException {
        PayloadFixture csv = new PayloadFixture("""
                {"format": "csv", "columns": ["t", "name", "value"], "header": true,
                 "time": {"path": "$.t", "format": "seconds"}}""");

        assertThat(shown(csv.read("time,who,what\r\n1772366400,\"a, \"\"b\"\"\",-1.50\n1772366401,,2e3\n")))
                .isEqualTo("""
                        device 2026-03-01T12:00:00Z {"t":1772366400,"name":"a, \\"b\\"","value":-1.50}
                        device 2026-03-01T12:00:01Z {"t":1772366401,"value":2E+3}
                        """);
        assertThat(csv.reason("h\n1,2\n")).isEqualTo("line 2: 2 fields (expected: 3)");
        assertThat(csv.reason("h\n1,\"2,3\n")).isEqualTo("payload: a quotation mark is not closed");
    }

    @Test
    void readsBareNumbers() throws BadPayloadException {
        PayloadFixture text = new PayloadFixture("{\"format\": \"numbers\"}");
        assertThat(shown(text.read(" 1.5, -2\n3e2 "))).endsWith(" {\"values\":[1.5,-2.0,300.0]}\n");
        assertThat(text.reason("1 x")).isEqualTo("payload: \"x\" (expected: a number)");
        assertThat(text.reason("1e999")).isEqualTo("payload: Infinity (expected: finite numbers)");

        PayloadFixture little = new PayloadFixture(
                "{\"format\": \"numbers\", \"encoding\": \"float32_le\", \"names\": [\"u\", \"i\"]}");
        byte[] bytes = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(230.5f)
                .putFloat(-4)
                .array();
        assertThat(shown(little.read(bytes))).endsWith(" {\"u\":230.5,\"i\":-4.0}\n");
        assertThat(little.reason(new byte[7])).startsWith("payload: 7 bytes (expected: a multiple of 4");
        assertThat(little.reason(new byte[4])).isEqualTo("payload: 1 numbers (expected: 2, [u, i])");

        PayloadFixture unsigned = new PayloadFixture("{\"format\": \"numbers\", \"encoding\": \"uint16_be\"}");
        assertThat(shown(unsigned.read(new byte[] {(byte) 0xff, (byte) 0xfe}))).endsWith("{\"values\":[65534.0]}\n");
    }
}
