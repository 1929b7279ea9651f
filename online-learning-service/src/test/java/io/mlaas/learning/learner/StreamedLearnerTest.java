package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.learning.log.Delivery;
import io.mlaas.learning.log.LogEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** A learner of messages that came over streams. */
class StreamedLearnerTest {
    private static final UUID LEARNER = new UUID(0, 7);
    private static final LearnerDocument DOCUMENT = document(
            "[{\"type\": \"mqtt\", \"topic\": \"meters/+\"}, {\"type\": \"kafka\", \"topic\": \"ask\", \"purpose\": \"predict\"}]");

    private static LearnerDocument document(String sources) {
        return LearnerDocument.parse(
                JsonMapper.shared().readTree("""
                {"name": "a", "algorithm": "linear", "update": {"validation_share": 0},
                 "transformer": {"version": 1, "payload": {"format": "json"},
                   "steps": [{"step": "extract", "fields": [
                       {"name": "a", "path": "$.a"}, {"name": "y", "path": "$.y", "required": false}]},
                     {"step": "sample", "inputs": ["a"], "targets": ["y"]}]},
                 "sources": %s, "publish": [{"type": "kafka", "topic": "out"}]}
                """.formatted(sources)),
                CompanyAlgorithms.WITHOUT_ARCHIVES,
                BackendChoice.Models.NONE);
    }

    /** Rows, garbage, questions, requests, what cannot be used, and each third of them once more. */
    private static List<LogEntry.Message> messages() {
        return IntStream.range(0, 60)
                .mapToObj(i -> switch (i % 6) {
                    case 0 -> message(i, "{\"a\": ", false, null);
                    case 1 -> message(i, "{\"a\": " + i + "}", false, null);
                    case 2 -> message(i, "{\"instances\": [[" + i + "]]}", true, null);
                    case 3 -> message(i - 3, "{\"a\": 1, \"y\": 2}", false, null);
                    case 4 -> message(i, "cut", false, "payload: too large");
                    default -> message(i, "{\"a\": " + i / 60.0 + ", \"y\": " + i / 30.0 + "}", false, null);
                })
                .toList();
    }

    private static LogEntry.Message message(int identity, String payload, boolean toAnswer, String refused) {
        Delivery delivery = new Delivery(
                "meters/1", toAnswer, new UUID(1, identity), "answers", new byte[] {1, (byte) identity}, refused);
        return new LogEntry.Message(
                LEARNER,
                UUID.randomUUID(),
                "meters/1",
                Instant.parse("2026-03-01T00:00:00Z").plusSeconds(identity),
                payload.getBytes(StandardCharsets.UTF_8),
                delivery);
    }

    /** What is to be told as events: the same whenever it is told. */
    private static List<String> told(ActiveLearner learner) {
        return learner.takePredictions().stream()
                .map(each -> each.part() + " " + each.state() + " "
                        + Arrays.toString(each.predicted().answer()))
                .toList();
    }

    @Test
    void goesOnAfterACrashAsIfThereHadBeenNone() throws IOException {
        List<LogEntry.Message> messages = messages();
        ActiveLearner undisturbed = new ActiveLearner(DOCUMENT, CompanyAlgorithms.WITHOUT_ARCHIVES);
        List<List<Effect>> effects = new ArrayList<>();
        List<List<String>> told = new ArrayList<>();
        for (LogEntry.Message message : messages) {
            undisturbed.receive(0, message);
            effects.add(undisturbed.takeEffects());
            told.add(told(undisturbed));
        }
        assertThat(told.stream().mapToInt(List::size).sum()).isEqualTo(20);
        assertThat(undisturbed.progress().learned()).isEqualTo(10);
        assertThat(undisturbed.progress().duplicates()).isEqualTo(10);
        assertThat(undisturbed.progress().rejected()).isEqualTo(20);
        assertThat(undisturbed.progress().lastRejection().reason()).isEqualTo("payload: too large");

        for (int crash = 0; crash < messages.size(); crash++) {
            ActiveLearner before = new ActiveLearner(DOCUMENT, CompanyAlgorithms.WITHOUT_ARCHIVES);
            for (LogEntry.Message message : messages.subList(0, crash)) {
                before.receive(0, message);
            }
            ActiveLearner after = ActiveLearner.resume(before.state(), CompanyAlgorithms.WITHOUT_ARCHIVES);
            for (int i = crash; i < messages.size(); i++) {
                after.receive(0, messages.get(i));
                assertThat(after.takeEffects()).isEqualTo(effects.get(i));
                assertThat(told(after)).isEqualTo(told.get(i));
            }
            assertThat(after.state()).as("crash after %s", crash).isEqualTo(undisturbed.state());
        }
    }

    @Test
    void tellsWhatBecomesOfAMessage() {
        ActiveLearner learner = new ActiveLearner(DOCUMENT, CompanyAlgorithms.WITHOUT_ARCHIVES);
        LogEntry.Message garbage = message(1, "{", true, null);
        learner.receive(0, garbage);
        LogEntry.Message request = message(2, "{\"instances\": [[1], [2]]}", true, null);
        learner.receive(1, request);

        String reason = "payload: no JSON (expected: {\"instances\": [...]})";
        assertThat(learner.takeEffects())
                .containsExactly(
                        new Effect.Rejected(garbage, "meters/1", reason),
                        new Effect.Answered(garbage, "{\"error\":\"" + reason.replace("\"", "\\\"") + "\"}", true),
                        new Effect.Answered(request, "{\"predictions\":[0.0,0.0]}", false));
    }

    @Test
    void forgetsWhatItHadWithItsSources() {
        ActiveLearner learner = new ActiveLearner(DOCUMENT, CompanyAlgorithms.WITHOUT_ARCHIVES);
        LogEntry.Message row = message(1, "{\"a\": 1, \"y\": 2}", false, null);
        learner.receive(0, row);
        learner.follow(document("[]"));
        learner.receive(1, row);

        assertThat(learner.progress().learned()).isEqualTo(2);
        assertThat(learner.progress().duplicates()).isNull();
    }

    /** Without anything that came later a state is the same, but for what it did not have. */
    @ParameterizedTest
    @CsvSource({"1, 8", "2, 4"})
    void resumesStatesOfEarlierVersions(int version, int bytesFewer) throws IOException {
        ActiveLearner learner = new ActiveLearner(document("[]"), CompanyAlgorithms.WITHOUT_ARCHIVES);
        for (int i = 0; i < 10; i++) {
            learner.receive(
                    i,
                    new LogEntry.Message(
                            LEARNER,
                            UUID.randomUUID(),
                            "meter",
                            Instant.EPOCH,
                            ("{\"a\": " + i + ", \"y\": 1}").getBytes(StandardCharsets.UTF_8)));
        }
        byte[] state = learner.state();
        byte[] earlier = Arrays.copyOf(state, state.length - bytesFewer);
        ByteBuffer.wrap(earlier).putInt(version);

        assertThat(ActiveLearner.resume(earlier, CompanyAlgorithms.WITHOUT_ARCHIVES)
                        .state())
                .isEqualTo(state);
    }

    @Test
    void remembersTheLatest() {
        Received received = new Received();
        for (int i = 0; i <= Received.MOST; i++) {
            assertThat(received.isNew(new UUID(0, i))).isTrue();
        }
        assertThat(received.isNew(new UUID(0, 1))).isFalse();
        assertThat(received.isNew(new UUID(0, 0))).isTrue();
        assertThat(received.isNew(null)).isTrue();
    }
}
