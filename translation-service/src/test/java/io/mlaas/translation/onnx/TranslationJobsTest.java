package io.mlaas.translation.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Translations that take longer than their requests. */
class TranslationJobsTest extends RunningService {
    @Test
    void waitsForTheChainBeforeItSaysThatItIsDone() throws Exception {
        REGISTRY.registersAs("STORED");
        UUID id = trained("mlp.pt");

        HttpResponse<String> answer = send(asynchronous(id));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String status = answer.headers().firstValue("Location").orElseThrow();
        await().until(() -> status(status).path("step").asString("").equals("ANCHORING"));
        assertThat(status(status).path("state").asString()).isEqualTo("RUNNING");
        REGISTRY.anchor();

        await().until(() -> status(status).path("state").asString().equals("DONE"));
        assertThat(status(status).path("model_id").asString())
                .isEqualTo(REGISTRY.translations().getFirst().id().toString());
    }

    @Test
    void translatesAModelOnceForAllWhoAskAtOnce() throws Exception {
        UUID id = trained("mlp.pt");
        List<Callable<HttpResponse<String>>> requests = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            requests.add(() -> translate(id));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<HttpResponse<String>> answer : threads.invokeAll(requests)) {
                assertThat(answer.get().statusCode()).isIn(200, 201, 503);
            }
        }
        assertThat(REGISTRY.translations()).hasSize(1);
        assertThat(REGISTRY.downloads()).isEqualTo(1);
    }

    @Test
    void answersWhereToLookWhenItTakesLonger() throws Exception {
        CountDownLatch held = REGISTRY.hold();
        UUID id = trained("mlp.pt");

        HttpResponse<String> answer = send(asynchronous(id));
        HttpResponse<String> same = send(asynchronous(id));
        HttpResponse<String> second = send(asynchronous(trained("gru.pt")));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Retry-After")).contains("2");
        String path = answer.headers().firstValue("Location").orElseThrow();
        assertThat(same.headers().firstValue("Location")).contains(path);
        await().until(() -> status(path).path("step").asString("").equals("DOWNLOADING"));
        JsonNode waiting = status(second.headers().firstValue("Location").orElseThrow());
        assertThat(waiting.path("state").asString()).isEqualTo("QUEUED");
        assertThat(waiting.path("queue_place").asInt()).isEqualTo(1);
        held.countDown();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> status(path).path("state").asString().equals("DONE"));
        HttpResponse<String> made = translate(id);
        assertThat(made.statusCode()).isEqualTo(200);
        assertThat(json.readTree(made.body()).path("model_id"))
                .isEqualTo(status(path).path("model_id"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> REGISTRY.translations().size() == 2);
        assertThat(eventsOf(id)).containsExactly("io.mlaas.translation.started", "io.mlaas.translation.succeeded");
    }

    @Test
    void takesOnlySoManyIntoTheQueueAndChecksNothingMeanwhile() throws Exception {
        CountDownLatch held = REGISTRY.hold();
        String running = send(asynchronous(trained("mlp.pt")))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        await().until(() -> status(running).path("state").asString().equals("RUNNING"));
        for (int i = 0; i < 2; i++) {
            assertThat(send(asynchronous(trained("gru.pt"))).statusCode()).isEqualTo(202);
        }

        HttpResponse<String> beyond = send(asynchronous(trained("lstm.pt")));
        HttpResponse<String> check = check(trained("mlp.pt"));

        assertProblem(beyond, 503, "TRANSLATION_BUSY");
        assertThat(beyond.headers().firstValue("Retry-After")).contains("5");
        assertProblem(check, 503, "TRANSLATION_BUSY");
        held.countDown();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> REGISTRY.translations().size() == 3);
    }

    @Test
    void saysOfAFailedTranslationWhatWentWrong() throws Exception {
        error = 0.01f;
        UUID id = trained("digits-cnn.pt");

        String path = send(asynchronous(id)).headers().firstValue("Location").orElseThrow();

        await().atMost(Duration.ofSeconds(30))
                .until(() -> status(path).path("state").asString().equals("FAILED"));
        JsonNode problem = status(path).path("problem");
        assertThat(problem.path("code").asString()).isEqualTo("TRANSLATION_DIFFERS");
        assertThat(problem.path("detail").asString()).contains("output y[");
        assertThat(eventsOf(id)).containsExactly("io.mlaas.translation.started", "io.mlaas.translation.refused");
        error = 0;
        assertThat(translate(id).statusCode()).isEqualTo(201);
    }
}
