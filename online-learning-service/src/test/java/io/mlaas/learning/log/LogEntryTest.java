package io.mlaas.learning.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogEntryTest {
    private static final UUID LEARNER = new UUID(0, 7);

    /** Written before messages came over streams. */
    private static final String MESSAGE_OVER_REST = "0501000000000000000100000000000000020005" + "6d65746572" + "0014"
            + "323032362d30332d30315430303a30303a30305a" + "0102";

    @Test
    void readsMessagesFromBeforeThereWereStreams() throws IOException {
        LogEntry.Message message = (LogEntry.Message)
                LogEntry.parse(LEARNER.toString(), HexFormat.of().parseHex(MESSAGE_OVER_REST));

        assertThat(message.id()).isEqualTo(new UUID(1, 2));
        assertThat(message.source()).isEqualTo("meter");
        assertThat(message.received()).isEqualTo(Instant.parse("2026-03-01T00:00:00Z"));
        assertThat(message.payload()).containsExactly(1, 2);
        assertThat(message.delivery()).isNull();
        assertThat(HexFormat.of().formatHex(message.bytes())).isEqualTo(MESSAGE_OVER_REST);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsHowAMessageWasDelivered(boolean everything) throws IOException {
        Delivery delivery = everything
                ? new Delivery(
                        "a/b", true, new UUID(3, 4), "answers", new byte[] {9}, "too large", "{\"format\": \"json\"}")
                : new Delivery("a/b", false, null, null, null, null);
        LogEntry.Message written =
                new LogEntry.Message(LEARNER, UUID.randomUUID(), "m", Instant.EPOCH, new byte[] {5}, delivery);

        LogEntry.Message read = (LogEntry.Message) LogEntry.parse(LEARNER.toString(), written.bytes());

        assertThat(read).usingRecursiveComparison().isEqualTo(written);
        assertThatThrownBy(() -> LogEntry.parse(LEARNER.toString(), Arrays.copyOf(written.bytes(), 30)))
                .isInstanceOf(IOException.class);
    }
}
