package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.learning.log.LogEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transformers elsewhere are asked when a message comes, and not again when it is learned. */
class ElsewhereApiTest extends RunningService {
    private static final String DOCUMENT = """
            {"name": "%s", "algorithm": "linear", "update": {"validation_share": 0},
             "transformer": {"version": 1, "payload": {"format": "json"},
               "steps": [
                 {"step": "extract", "fields": [{"name": "x", "path": "$.x"}, {"name": "y", "path": "$.y"}]},
                 {"step": "http", "url": "http://%s/v1/models/twice:predict", "inputs": ["x"], "outputs": [{"name": "q"}]},
                 {"step": "sample", "inputs": ["q"], "targets": ["y"]}]}}
            """;
    private static final String MESSAGE = "{\"x\": 3, \"y\": 1}";

    @AfterEach
    void answerAgain() {
        Doubler.status(200);
    }

    @Test
    void askOnceAndStoreNothingWhileTheyAreAway() throws Exception {
        assertThat(post("/learners", DOCUMENT.formatted("asks", Doubler.host())).status())
                .isEqualTo(201);
        int before = Doubler.CALLS.get();

        Answer learned = post("/learners/asks/messages?source=meter", MESSAGE);
        Doubler.status(503);
        Answer away = post("/learners/asks/messages?source=meter", MESSAGE);
        Doubler.status(422);
        Answer refused = post("/learners/asks/messages?source=meter", MESSAGE);

        assertThat(learned.body().at("/progress/learned").asInt())
                .as(learned.text())
                .isEqualTo(1);
        assertThat(away.status()).isEqualTo(503);
        assertThat(away.code()).isEqualTo("TRANSFORMER_AWAY");
        assertThat(away.detail()).contains("status 503 (expected: 200)");
        assertThat(refused.body().at("/progress/learned").asInt()).isEqualTo(1);
        assertThat(refused.body().at("/progress/rejected").asInt()).isEqualTo(1);
        assertThat(Doubler.CALLS.get()).isEqualTo(before + 3);
    }

    @Test
    void areNotAskedByTheLog() throws Exception {
        LearnerDocument document = LearnerDocument.parse(
                json.readTree(DOCUMENT.formatted("reads", "nobody.invalid")), CompanyAlgorithms.WITHOUT_ARCHIVES);
        UUID id = UUID.randomUUID();
        LogEntry.Message entry = new LogEntry.Message(
                id,
                UUID.randomUUID(),
                "meter",
                Instant.EPOCH,
                MESSAGE.getBytes(StandardCharsets.UTF_8),
                null,
                List.of("{\"prediction\": 6}"));
        LogEntry.Message read = (LogEntry.Message) LogEntry.parse(id.toString(), entry.bytes());
        assertThat(read).usingRecursiveComparison().isEqualTo(entry);

        try (ActiveLearner learner = new ActiveLearner(document, CompanyAlgorithms.WITHOUT_ARCHIVES)) {
            learner.receive(0, read);
            assertThat(learner.progress().learned()).isEqualTo(1);
        }
    }

    @Test
    void areNotAskedWhereTheyMayNotBe() throws Exception {
        String allowed = DOCUMENT.formatted("refused", Doubler.host());
        assertThat(post("/learners", DOCUMENT.formatted("refused", "169.254.169.254"))
                        .detail())
                .startsWith("$.transformer: http://169.254.169.254/v1/models/twice:predict (expected");
        assertThat(post("/learners", allowed.replace("127.0.0.1", "localhost")).detail())
                .contains("mlaas.learning.transformer-hosts");
        assertThat(post("/learners", allowed.replace("\"json\"", "\"sparkplug_b\""))
                        .detail())
                .contains("$.transformer");
        assertThat(post(
                                "/learners",
                                allowed.replace(
                                        "\"version\": 1",
                                        "\"version\": 1, \"post\": [{\"step\": \"http\", \"url\": \"http://"
                                                + Doubler.host() + "/\"}]"))
                        .detail())
                .startsWith("$.transformer.post: http");
        assertThat(post(
                                "/learners",
                                allowed.replace(
                                        "\"update\"",
                                        "\"sources\": [{\"type\": \"kafka\", \"topic\": \"meters\"}], \"update\""))
                        .detail())
                .startsWith("$.sources: 1 (expected: none");
    }
}
