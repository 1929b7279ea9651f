package io.mlaas.transform.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.document.Problems;
import io.mlaas.transform.row.Times;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Reads payloads with a reader as a document declares it. */
final class PayloadFixture {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final PayloadReader reader;

    PayloadFixture(String payload) {
        this(payload, "{}");
    }

    PayloadFixture(String payload, String limits) {
        Problems problems = new Problems();
        Limits read = Limits.read(new Fields(JsonMapper.shared().readTree(limits), "$.limits", problems));
        reader = Payloads.read(new Fields(JsonMapper.shared().readTree(payload), "$.payload", problems), read);
        assertThat(problems.all()).isEmpty();
    }

    PayloadReader reader() {
        return reader;
    }

    List<Reading> read(String text) throws BadPayloadException {
        return read(text.getBytes(UTF_8));
    }

    List<Reading> read(byte[] bytes) throws BadPayloadException {
        return reader.read(Message.of("device", NOW, bytes));
    }

    String reason(byte[] bytes) {
        try {
            return "read: " + read(bytes);
        } catch (BadPayloadException e) {
            return String.valueOf(e.getMessage());
        }
    }

    String reason(String text) {
        return reason(text.getBytes(UTF_8));
    }

    static String shown(List<Reading> readings) {
        StringBuilder shown = new StringBuilder();
        for (Reading reading : readings) {
            shown.append(reading.source())
                    .append(" ")
                    .append(Times.instant(reading.time()))
                    .append(" ");
            shown.append(reading.tree()).append("\n");
        }
        return shown.toString();
    }
}
