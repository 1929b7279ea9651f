package io.mlaas.training.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.sharing.TrainingRecord;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.api.training.FollowingApi.TrainingProgress;
import io.mlaas.testkit.Documentation;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.training.registry.FakeRegistry;
import io.mlaas.training.runner.ThisMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

class TrainingApiTest extends TrainingServiceTest {

    @Test
    void trainsWhatTheRegistryAsksFor() {
        UUID model = train("test/trains:1");
        awaitState(model, JobState.SUCCEEDED);

        assertThat(REGISTRY.result(model)).hasValueSatisfying(stored -> {
            assertThat(new String(stored.content(), StandardCharsets.UTF_8))
                    .isEqualTo(DATASET + "{\"samples_dimension\":\"(2)\"}{}");
            assertThat(stored.disposition()).contains("model.pt");
            assertThat(stored.jobId()).isEqualTo(jobOf(model));
        });
        assertThat(events(model)).containsExactly("queued", "started", "succeeded");
        await().untilAsserted(() -> assertThat(meters.get("mlaas.training.duration")
                        .tags("organization", TestIdentity.ACME.toString(), "outcome", "succeeded")
                        .timer()
                        .count())
                .isPositive());
        acme().get()
                .uri("/train/" + model)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.state")
                .isEqualTo("SUCCEEDED")
                .jsonPath("$.phase")
                .isEqualTo("trained")
                .jsonPath("$.train_image")
                .isEqualTo("test/trains:1")
                .jsonPath("$.attempts")
                .isEqualTo(1)
                .jsonPath("$.exit_code")
                .isEqualTo(0)
                .jsonPath("$.progress.epoch")
                .isEqualTo(2)
                .jsonPath("$.progress.loss")
                .isEqualTo(0.4)
                .jsonPath("$.metrics.accuracy")
                .isEqualTo(0.97)
                .jsonPath("$.result.file_name")
                .isEqualTo("model.pt")
                .jsonPath("$.result.sha256")
                .isEqualTo(REGISTRY.result(model).orElseThrow().sha256())
                .jsonPath("$.log[-2]")
                .isEqualTo("seed 42")
                .jsonPath("$.queue_place")
                .doesNotExist();
        // nothing but the log stays
        assertThat(WORK.resolve(jobOf(model).toString()).resolve("logs/job.log"))
                .exists();
        await().until(() ->
                Files.notExists(WORK.resolve(jobOf(model).toString()).resolve("input")));
    }

    @Test
    void tellsTheRegistryTheFactsOfTheRunBeforeItIsOver() throws Exception {
        TrainingRequested order = model("test/trains:1", TestIdentity.ACME);
        UUID model = order.modelId();
        REGISTRY.refuse("PUT /internal/model/" + model + "/training-record", 503);
        request(order);
        awaitState(model, JobState.SUCCEEDED);

        assertThat(REGISTRY.records(model)).singleElement().satisfies(record -> {
            assertThat(record.jobId()).isEqualTo(jobOf(model));
            assertThat(record.organizationId()).isEqualTo(TestIdentity.ACME);
            assertThat(record.run()).isEqualTo(1);
            assertThat(record.runner()).isEqualTo("process");
            assertThat(record.image()).isEqualTo(new TrainingRecord.Image("test/trains:1", order.trainImageSha256()));
            assertThat(record.datasets())
                    .containsExactly(new TrainingRecord.Dataset(
                            order.datasetId(), order.datasetFileName(), order.datasetSha256()));
            assertThat(record.definition())
                    .isEqualTo(new TrainingRecord.Definition("network.json", order.definitionSha256()));
            assertThat(record.parameters()).containsExactly(entry("seed", "42"));
            assertThat(record.seeds()).containsExactly(entry("seed", "42"));
            assertThat(record.environment())
                    .containsEntry("OMP_NUM_THREADS", "1")
                    .containsKey("PATH")
                    .doesNotContainKeys("HOME", "MLAAS_JOB_ID", "MLAAS_PARAM_SEED");
            assertThat(record.threads()).isEqualTo(1);
            assertThat(record.libraries()).containsExactly(entry("libtorch", "2.7.1"));
            assertThat(record.platform()).isEqualTo(ThisMachine.platform());
            assertThat(record.platform().kernel()).isEqualTo(System.getProperty("os.version"));
            assertThat(record.metrics()).containsEntry("accuracy", 0.97);
            byte[] log = Files.readAllBytes(WORK.resolve(jobOf(model) + "/logs/job.log"));
            assertThat(record.logs()).isEqualTo(new TrainingRecord.Logs(FakeRegistry.sha256(log), log.length));
            assertThat(record.result().sha256())
                    .isEqualTo(REGISTRY.result(model).orElseThrow().sha256());
            assertThat(record.startedAt()).isBefore(record.finishedAt());
            assertThat(record.observed()).isNull();
        });
    }

    @Test
    void publishesItsEventsOnKafka() {
        UUID model = train("test/trains:1");
        awaitState(model, JobState.SUCCEEDED);
        await().until(() ->
                jdbc.sql("select count(*) from outbox_event where key = :model and published_at is not null")
                                .param("model", model.toString())
                                .query(Integer.class)
                                .single()
                        == 3);
    }

    @Test
    void queuesAnEventThatComesTwiceOnce() {
        TrainingRequested order = model("test/trains:1", TestIdentity.ACME);
        String event = eventOf(order);
        send(event);
        send(event);
        request(order);
        UUID last = train("test/trains:1");
        awaitState(last, JobState.SUCCEEDED);
        assertThat(states(order.modelId())).containsExactly("SUCCEEDED");
        assertThat(events(order.modelId())).containsExactly("queued", "started", "succeeded");
    }

    @Test
    void passesOverAnEventThatItCannotUnderstand() {
        send("{");
        send("{\"type\":\"io.mlaas.model.training-requested\",\"data\":7}");
        UUID model = train("test/trains:1");
        awaitState(model, JobState.SUCCEEDED);
    }

    @Test
    void tellsThePlaceInTheQueue() {
        UUID first = train("test/waits:1");
        awaitState(first, JobState.TRAINING);
        UUID second = train("test/trains:1");
        awaitState(second, JobState.QUEUED);
        UUID third = train("test/trains:1");
        awaitState(third, JobState.QUEUED);

        acme().get()
                .uri("/train/" + second)
                .exchange()
                .expectBody()
                .jsonPath("$.queue_place")
                .isEqualTo(1);
        acme().get()
                .uri("/train/" + third)
                .exchange()
                .expectBody()
                .jsonPath("$.queue_place")
                .isEqualTo(2);
        acme().get()
                .uri("/train")
                .exchange()
                .expectBody()
                .jsonPath("$[0].model_id")
                .isEqualTo(third.toString())
                .jsonPath("$[0].phase")
                .isEqualTo("waits in the queue")
                .jsonPath("$[2].phase")
                .isEqualTo("trains");

        go(first);
        awaitState(third, JobState.SUCCEEDED);
        assertThat(jdbc.sql("select model_id from training_job where model_id in (:models) order by ended_at")
                        .param("models", List.of(first, second, third))
                        .query(UUID.class)
                        .list())
                .containsExactly(first, second, third);
    }

    @Test
    void doesNotRunAProgramAgainThatFailedByItself() {
        UUID model = train("test/fails:1");
        awaitState(model, JobState.FAILED);
        acme().get()
                .uri("/train/" + model)
                .exchange()
                .expectBody()
                .jsonPath("$.reason")
                .isEqualTo("layer dense_2: 64 inputs (expected: 32)")
                .jsonPath("$.exit_code")
                .isEqualTo(3)
                .jsonPath("$.attempts")
                .isEqualTo(1);
        assertThat(events(model)).containsExactly("queued", "started", "failed");
        assertThat(REGISTRY.result(model)).isEmpty();
    }

    @Test
    void saysWhenAProgramWroteNothing() {
        UUID model = train("test/writes-nothing:1");
        awaitState(model, JobState.FAILED);
        assertThat(reason(model)).startsWith("output: empty (expected: the model");
    }

    @Test
    void triesAgainWhenTheRegistryFails() {
        TrainingRequested order = model("test/trains:1", TestIdentity.ACME);
        REGISTRY.refuse("POST /internal/model/" + order.modelId(), 503);
        REGISTRY.refuse("GET /dataset/" + order.datasetId(), 500);
        REGISTRY.refuse("PUT /model/" + order.modelId(), 503);
        request(order);
        awaitState(order.modelId(), JobState.SUCCEEDED);
        assertThat(events(order.modelId()))
                .containsExactly("queued", "started", "queued", "started", "queued", "started", "succeeded");
        acme().get()
                .uri("/train/" + order.modelId())
                .exchange()
                .expectBody()
                .jsonPath("$.attempts")
                .isEqualTo(3)
                .jsonPath("$.runs")
                .isEqualTo(1)
                .jsonPath("$.reason")
                .doesNotExist();
    }

    @Test
    void givesUpWhenTheRegistryKeepsFailing() {
        TrainingRequested order = model("test/trains:1", TestIdentity.ACME);
        for (int i = 0; i < 3; i++) {
            REGISTRY.refuse("GET /dataset/" + order.datasetId(), 503);
        }
        request(order);
        awaitState(order.modelId(), JobState.FAILED);
        assertThat(reason(order.modelId()))
                .isEqualTo("the registry refused to give out the dataset (503: the registry has a bad moment); "
                        + "given up after 3 attempts");
    }

    @Test
    void trainsOnNothingButTheRegisteredDataset() {
        TrainingRequested order = model("test/trains:1", TestIdentity.ACME, "a".repeat(64));
        request(order);
        awaitState(order.modelId(), JobState.FAILED);
        assertThat(reason(order.modelId()))
                .isEqualTo("the dataset is not the registered one: sha256 "
                        + FakeRegistry.sha256(DATASET.getBytes(StandardCharsets.UTF_8)) + " (expected: "
                        + "a".repeat(64) + ")");
        assertThat(REGISTRY.result(order.modelId())).isEmpty();
    }

    @Test
    void runsNothingButTheRegisteredImage() {
        TrainingRequested order = model("test/gone:1", TestIdentity.ACME);
        request(order);
        awaitState(order.modelId(), JobState.FAILED);
        assertThat(reason(order.modelId())).startsWith("train_image: test/gone:1 (expected: one of guilty/clock:1, ");
    }

    @Test
    void cancelsAJobThatWaits() {
        UUID running = train("test/waits:1");
        awaitState(running, JobState.TRAINING);
        UUID waiting = train("test/trains:1");
        awaitState(waiting, JobState.QUEUED);
        acme().delete()
                .uri("/train/" + waiting)
                .exchange()
                .expectStatus()
                .isAccepted()
                .expectBody()
                .jsonPath("$.state")
                .isEqualTo("CANCELLED")
                .jsonPath("$.reason")
                .isEqualTo("cancelled by acme-scientist");
        assertThat(events(waiting)).containsExactly("queued", "cancelled");
    }

    @Test
    void endsTheProgramOfAJobThatIsCancelled() {
        UUID model = train("test/waits:1");
        awaitState(model, JobState.TRAINING);
        UUID job = jobOf(model);
        await().until(() -> !processesOf(job).isEmpty());
        as(TestIdentity.acmeOperator())
                .delete()
                .uri("/train/" + model)
                .exchange()
                .expectStatus()
                .isAccepted()
                .expectBody()
                .jsonPath("$.phase")
                .isEqualTo("is being cancelled");
        awaitState(model, JobState.CANCELLED);
        assertThat(processesOf(job)).isEmpty();
        assertThat(reason(model)).isEqualTo("cancelled by acme-operator");
        acme().delete()
                .uri("/train/" + model)
                .exchange()
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("TRAINING_OVER");
    }

    @Test
    void schedulesAgainByHandWhatFailedOrWasCancelled() {
        UUID model = train("test/waits:1");
        awaitState(model, JobState.TRAINING);
        post(model, 409, "TRAINING_UNDER_WAY");
        acme().delete().uri("/train/" + model).exchange().expectStatus().isAccepted();
        awaitState(model, JobState.CANCELLED);
        go(model);
        acme().post()
                .uri("/train/" + model)
                .exchange()
                .expectStatus()
                .isAccepted()
                .expectHeader()
                .valueEquals("Location", "/train/" + model)
                .expectBody()
                .jsonPath("$.state")
                .isEqualTo("QUEUED");
        await().until(() -> states(model).equals(List.of("CANCELLED", "SUCCEEDED")));
        post(model, 409, "TRAINING_DONE");
    }

    @Test
    void schedulesNothingThatIsNotReady() {
        TrainingRequested order = model("test/trains:1", TestIdentity.ACME);
        REGISTRY.status(order.modelId(), "PENDING");
        post(order.modelId(), 409, "TRAINING_NOT_READY");
        post(UUID.randomUUID(), 404, "TRAINING_MODEL_UNKNOWN");
        post(model("test/trains:1", TestIdentity.GLOBEX).modelId(), 404, "TRAINING_MODEL_UNKNOWN");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET /train", "GET /train/{id}", "POST /train/{id}", "DELETE /train/{id}", "GET /train/{id}/logs"
            })
    void refusesWhoHasNoTokenOrNoRole(String operation) {
        UUID model = train("test/trains:1");
        awaitState(model, JobState.SUCCEEDED);
        HttpMethod method = HttpMethod.valueOf(operation.split(" ")[0]);
        String path = operation.split(" ")[1].replace("{id}", model.toString());
        as("nonsense").method(method).uri(path).exchange().expectStatus().isUnauthorized();
        as(TestIdentity.forged())
                .method(method)
                .uri(path)
                .exchange()
                .expectStatus()
                .isUnauthorized();
        as(TestIdentity.nobody())
                .method(method)
                .uri(path)
                .exchange()
                .expectStatus()
                .isForbidden();
        if (method == HttpMethod.POST) {
            as(TestIdentity.acmeOperator())
                    .method(method)
                    .uri(path)
                    .exchange()
                    .expectStatus()
                    .isForbidden();
        }
    }

    @Test
    void showsAnotherCompanyNothing() {
        UUID model = train("test/trains:1");
        awaitState(model, JobState.SUCCEEDED);
        var globex = as(TestIdentity.globexScientist());
        UUID nowhere = UUID.randomUUID();
        for (UUID id : List.of(model, nowhere)) {
            globex.get().uri("/train/" + id).exchange().expectStatus().isNotFound();
            globex.get().uri("/train/" + id + "/logs").exchange().expectStatus().isNotFound();
            globex.get()
                    .uri("/train/" + id + "/logs?follow=true")
                    .exchange()
                    .expectStatus()
                    .isNotFound();
            globex.delete().uri("/train/" + id).exchange().expectStatus().isNotFound();
            globex.post().uri("/train/" + id).exchange().expectStatus().isNotFound();
        }
        globex.get()
                .uri("/train")
                .exchange()
                .expectBody()
                .jsonPath("$[?(@.model_id == '" + model + "')]")
                .isEmpty();
    }

    @Test
    void givesOutTheLogAsText() {
        UUID model = train("test/trains:1");
        awaitState(model, JobState.SUCCEEDED);
        acme().get()
                .uri("/train/" + model + "/logs")
                .exchange()
                .expectHeader()
                .contentTypeCompatibleWith("text/plain")
                .expectBody(String.class)
                .value(log -> assertThat(log)
                        .contains("[mlaas] dataset numbers.csv: sha256 ")
                        .contains("[mlaas] run 1 of test/trains:1")
                        .contains("seed 42\n"));
    }

    @Test
    void streamsTheLogUntilTheJobEnds() throws Exception {
        UUID model = train("test/waits:1");
        awaitState(model, JobState.TRAINING);
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        Thread reader = Thread.ofVirtual().start(() -> {
            try (Stream<String> stream = follow(model, 0)) {
                stream.forEach(lines::add);
            }
        });
        await().until(() -> lines.contains("data: waiting"));
        await().until(() -> lines.contains(": still here"));
        assertThat(lines).doesNotContain("event: end");
        go(model);
        reader.join();

        assertThat(lines).contains("data: going on");
        assertThat(lines.subList(lines.indexOf("event: end"), lines.size()))
                .anyMatch(line -> line.startsWith("data: {") && line.contains("\"state\":\"SUCCEEDED\""));
        assertThat(lines).anyMatch(line -> line.contains("\"progress\":{\"epoch\":1"));

        // a client that was cut off goes on where it was
        String id = lines.get(lines.indexOf("data: waiting") - 1).substring("id: ".length());
        assertThat(follow(model, Long.parseLong(id)).toList())
                .contains("data: going on")
                .doesNotContain("data: waiting");
    }

    @Test
    void tellsTheDigestsOfAnImageToServicesAlone() {
        as(TestIdentity.service("model-sharing-service"))
                .get()
                .uri("/internal/images?reference=test/trains:1")
                .exchange()
                .expectBody()
                .jsonPath("$.sha256")
                .isEqualTo(runners.image("test/trains:1").orElseThrow().sha256())
                .jsonPath("$.md5")
                .value(md5 -> assertThat(String.valueOf(md5)).matches("[0-9a-f]{32}"))
                .jsonPath("$.runner")
                .isEqualTo("process");
        as(TestIdentity.service("model-sharing-service"))
                .get()
                .uri("/internal/images?reference=nobody/knows:1")
                .exchange()
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("train_image: nobody/knows:1 (expected: one of " + String.join(", ", runners.references())
                        + ")");
        acme().get()
                .uri("/internal/images?reference=test/trains:1")
                .exchange()
                .expectStatus()
                .isForbidden();
    }

    @Test
    void tellsAServiceEveryLineOfProgressOnceAndLetsItCancel() {
        UUID model = train("test/waits:1");
        awaitState(model, JobState.TRAINING);
        TrainingProgress first = await().until(() -> progress(model, jobOf(model), 0), told -> !told.told()
                .isEmpty());
        assertThat(first.told()).containsExactly("{\"epoch\":1,\"epochs\":2,\"loss\":0.5}");
        assertThat(first.complete()).isFalse();
        assertThat(progress(model, first.jobId(), first.next()).told()).isEmpty();
        assertThat(progress(model, UUID.randomUUID(), first.next()).told()).hasSize(1);

        String cancel = "/internal/train/" + model + "?by=ppfl&organization_id=";
        as(TestIdentity.service("ppfl-api"))
                .delete()
                .uri(cancel + TestIdentity.GLOBEX)
                .exchange()
                .expectStatus()
                .isNotFound();
        as(TestIdentity.service("ppfl-api"))
                .delete()
                .uri(cancel + TestIdentity.ACME)
                .exchange()
                .expectStatus()
                .isNoContent();
        awaitState(model, JobState.CANCELLED);
        TrainingProgress last = progress(model, first.jobId(), first.next());
        assertThat(last.complete()).isTrue();
        assertThat(last.state()).isEqualTo("CANCELLED");
        assertThat(last.reason()).isEqualTo("cancelled by ppfl");

        UUID trained = train("test/trains:1");
        awaitState(trained, JobState.SUCCEEDED);
        TrainingProgress whole = progress(trained, jobOf(trained), 0);
        assertThat(whole.told()).hasSize(2);
        assertThat(whole.metrics()).containsEntry("accuracy", 0.97);
    }

    private TrainingProgress progress(UUID model, UUID job, long from) {
        String text = as(TestIdentity.service("ppfl-api"))
                .get()
                .uri("/internal/train/%s/progress?organization_id=%s&job_id=%s&from=%d"
                        .formatted(model, TestIdentity.ACME, job, from))
                .exchange()
                .expectStatus()
                .isOk()
                .returnResult(String.class)
                .getResponseBody();
        return JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build()
                .readValue(text, TrainingProgress.class);
    }

    @Test
    void servesTheApiDocumentThatIsCommitted() {
        Documentation.openApiIsCommitted(
                "training-service",
                acme().get()
                        .uri("/openapi.json")
                        .exchange()
                        .returnResult(String.class)
                        .getResponseBody());
    }

    private void post(UUID model, int status, String code) {
        acme().post()
                .uri("/train/" + model)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(code);
    }

    private String reason(UUID model) {
        return jdbc.sql("select reason from training_job where model_id = :model")
                .param("model", model)
                .query(String.class)
                .single();
    }

    private Stream<String> follow(UUID model, long from) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(
                                            "http://127.0.0.1:" + port + "/train/" + model + "/logs?follow=true"))
                                    .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                                    .header("Accept", "text/event-stream")
                                    .header("Last-Event-ID", Long.toString(from))
                                    .build(),
                            HttpResponse.BodyHandlers.ofLines())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Long> processesOf(UUID job) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(p -> p.info().commandLine().orElse("").contains(job.toString()))
                    .map(ProcessHandle::pid)
                    .toList();
        }
    }
}
