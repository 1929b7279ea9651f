package io.mlaas.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import io.mlaas.transform.payload.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A meter that reports by exception: only what changed, by alias, in the unit of its birth. */
class SparkplugPipelineTest {
    private static final String DOCUMENT = """
            {"payload": {"format": "sparkplug_b"}, "steps": [
               {"step": "extract", "fields": [
                 {"name": "u", "path": "$['line/voltage'].value", "unit": "V", "unit_path": "$['line/voltage'].unit", "required": false},
                 {"name": "i", "path": "$['line/current'].value", "unit": "A", "required": false}]},
               {"step": "fill", "method": "previous", "limit": 100},
               {"step": "power", "voltage": ["u"], "current": ["i"], "power_factor": 1},
               {"step": "sample", "inputs": ["power"]}]}""";
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final int VOLTAGE = 1;
    private static final int CURRENT = 2;

    @Test
    void carriesWhatDidNotChangeAndKeepsAliasesInItsState() throws IOException {
        carriesWhatDidNotChange(DOCUMENT, message -> message);
    }

    @Test
    void readsMessagesInAFormatOfTheirOwn() throws IOException {
        carriesWhatDidNotChange(
                DOCUMENT.replace("sparkplug_b", "json"), message -> message.inFormat("{\"format\": \"sparkplug_b\"}"));
        Outcome refused = Transformer.of(DOCUMENT)
                .accept(Message.of("topic", NOW, new byte[] {1}).inFormat("{\"format\": \"morse\"}"));
        assertThat(refused.rejections().getFirst().reason()).startsWith("$.format: ");
    }

    private static void carriesWhatDidNotChange(String document, UnaryOperator<Message> form) throws IOException {
        Transformer first = Transformer.of(document);
        byte[] birth =
                payload(1000, metric("line/voltage", VOLTAGE, .23, "kV"), metric("line/current", CURRENT, 10, "A"));
        assertThat(accept(form, first, "DBIRTH", birth).samples().getFirst().input())
                .containsExactly(2300);
        assertThat(accept(form, first, "DDATA", payload(2000, metric("", CURRENT, 20, "")))
                        .samples()
                        .getFirst()
                        .input())
                .containsExactly(4600);

        Transformer second = Transformer.of(document);
        second.restore(first.writeState());

        Outcome outcome = accept(form, second, "DDATA", payload(3000, metric("", VOLTAGE, .1, "")));
        assertThat(outcome.samples().getFirst().input()).containsExactly(2000);
        assertThat(outcome.samples().getFirst().source()).isEqualTo("plant/edge/meter");
        assertThat(outcome.samples().getFirst().time()).isEqualTo(Instant.ofEpochSecond(3));
        assertThat(accept(form, Transformer.of(document), "DDATA", payload(3000, metric("", VOLTAGE, .1, "")))
                        .rejections())
                .containsExactly(new Rejection(
                        "topic",
                        "metrics: alias 1 (expected: one of the aliases born at plant/edge;"
                                + " ask it for a rebirth)"));
    }

    private static Outcome accept(UnaryOperator<Message> form, Transformer transformer, String type, byte[] payload) {
        return transformer.accept(
                form.apply(Message.of("topic", NOW, payload).onTopic("spBv1.0/plant/" + type + "/edge/meter")));
    }

    private interface Write {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] payload(long milliseconds, byte[]... metrics) throws IOException {
        return bytes(out -> {
            out.writeUInt64(1, milliseconds);
            for (byte[] metric : metrics) {
                out.writeByteArray(2, metric);
            }
        });
    }

    private static byte[] metric(String name, long alias, double value, String unit) throws IOException {
        byte[] text = bytes(out -> out.writeString(8, unit));
        byte[] properties = bytes(out -> {
            out.writeString(1, "engUnit");
            out.writeByteArray(2, text);
        });
        return bytes(out -> {
            if (!name.isEmpty()) {
                out.writeString(1, name);
                out.writeByteArray(9, properties);
            }
            out.writeUInt64(2, alias);
            out.writeDouble(13, value);
        });
    }

    private static byte[] bytes(Write write) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        write.to(out);
        out.flush();
        return bytes.toByteArray();
    }
}
