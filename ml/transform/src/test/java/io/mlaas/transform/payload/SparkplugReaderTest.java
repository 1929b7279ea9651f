package io.mlaas.transform.payload;

import static io.mlaas.transform.payload.PayloadFixture.NOW;
import static io.mlaas.transform.payload.PayloadFixture.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Payloads are encoded here from the field numbers of the Sparkplug 3.0 specification, section 6.4. */
class SparkplugReaderTest {
    private static final long TIME = Instant.parse("2026-03-01T11:59:00Z").toEpochMilli();
    private static final int INT16 = 2;
    private static final int INT64 = 4;
    private static final int FLOAT = 9;
    private static final int DOUBLE = 10;

    private final PayloadReader reader = new PayloadFixture("{\"format\": \"sparkplug_b\"}").reader();

    @Test
    void namesDataByTheAliasesOfTheBirth() throws BadPayloadException {
        read("NBIRTH/node", birth());

        byte[] data = payload(
                metric(null, 1L, null, out -> out.writeDouble(13, 230.5)),
                metric(null, 2L, null, out -> out.writeUInt32(10, 0xFFFE)),
                metric(null, 3L, null, out -> out.writeUInt64(11, -7)));

        assertThat(shown(read("NDATA/node", data)))
                .isEqualTo("plant/node 2026-03-01T11:59:00Z {\"voltage\":{\"value\":230.5,\"unit\":\"V\"},"
                        + "\"temperature\":{\"value\":-2},\"balance\":{\"value\":-7}}\n");
    }

    @Test
    void readsADevicesBirthAndDataByName() throws BadPayloadException {
        byte[] birth = payload(metric("power", null, FLOAT, out -> out.writeFloat(12, 1.1f)));

        assertThat(shown(read("DBIRTH/node/meter", birth)))
                .isEqualTo("plant/node/meter 2026-03-01T11:59:00Z {\"power\":{\"value\":1.1}}\n");
        byte[] missing = payload(metric("power", null, FLOAT, out -> out.writeBool(7, true)));
        assertThat(shown(read("DDATA/node/meter", missing))).contains("{\"power\":{\"value\":null}}");
    }

    @Test
    void asksForARebirthWhereAnAliasIsUnknown() throws BadPayloadException {
        byte[] data = payload(metric(null, 1L, null, out -> out.writeDouble(13, 1)));
        assertThatThrownBy(() -> read("NDATA/node", data))
                .hasMessage("metrics: alias 1 (expected: one of the aliases born at plant/node; ask it for a rebirth)");

        read("NBIRTH/node", birth());
        assertThat(read("NDATA/node", data)).hasSize(1);
        assertThat(read("NDEATH/node", new byte[0])).isEmpty();
        assertThatThrownBy(() -> read("NDATA/node", data)).hasMessageContaining("rebirth");
    }

    @Test
    void keepsTheAliasesInItsState() throws BadPayloadException, IOException {
        read("NBIRTH/node", birth());
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        reader.write(new DataOutputStream(state));

        PayloadReader restored = new PayloadFixture("{\"format\": \"sparkplug_b\"}").reader();
        restored.restore(new DataInputStream(new ByteArrayInputStream(state.toByteArray())));

        byte[] data = payload(metric(null, 1L, null, out -> out.writeDouble(13, 1)));
        Message message = Message.of("x", NOW, data).onTopic("spBv1.0/plant/NDATA/node");
        assertThat(shown(restored.read(message))).contains("\"voltage\"");
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        restored.write(new DataOutputStream(again));
        assertThat(again.toByteArray()).isEqualTo(state.toByteArray());
    }

    @Test
    void refusesOtherTopicsAndGarbage() {
        byte[] birth = birth();
        assertThatThrownBy(() -> reader.read(Message.of("x", NOW, birth).onTopic("a/b")))
                .hasMessage("topic: a/b (expected: spBv1.0/<group>/<type>/<node> or …/<node>/<device>)");
        assertThatThrownBy(() -> read("XDATA/node", birth)).hasMessageContaining("message type XDATA");
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] garbage = birth.clone();
            garbage[random.nextInt(garbage.length)] = (byte) random.nextInt();
            byte[] cut = java.util.Arrays.copyOf(garbage, 1 + random.nextInt(garbage.length));
            try {
                assertThat(read("NBIRTH/node", cut)).hasSizeLessThan(10);
            } catch (BadPayloadException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }

    private List<Reading> read(String topic, byte[] payload) throws BadPayloadException {
        String[] parts = topic.split("/", 2);
        return reader.read(Message.of("x", NOW, payload).onTopic("spBv1.0/plant/" + parts[0] + "/" + parts[1]));
    }

    private static byte[] birth() {
        return payload(
                metric("voltage", 1L, DOUBLE, out -> {
                    out.writeDouble(13, 229);
                    out.writeByteArray(9, bytes(properties -> {
                        properties.writeString(1, "engUnit");
                        properties.writeByteArray(2, bytes(value -> value.writeString(8, "V")));
                    }));
                }),
                metric("temperature", 2L, INT16, out -> out.writeUInt32(10, 21)),
                metric("balance", 3L, INT64, out -> out.writeUInt64(11, 5)));
    }

    private static byte[] payload(byte[]... metrics) {
        return bytes(out -> {
            out.writeUInt64(1, TIME);
            for (byte[] metric : metrics) {
                out.writeByteArray(2, metric);
            }
            out.writeUInt64(3, 1);
        });
    }

    private static byte[] metric(String name, Long alias, Integer datatype, Write value) {
        return bytes(out -> {
            if (name != null) {
                out.writeString(1, name);
            }
            if (alias != null) {
                out.writeUInt64(2, alias);
            }
            if (datatype != null) {
                out.writeUInt32(4, datatype);
            }
            value.to(out);
        });
    }

    private interface Write {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] bytes(Write write) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            write.to(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
