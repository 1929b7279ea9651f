package io.mlaas.training.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.training.registry.FakeRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * What becomes of jobs when the service dies. A dispatcher that is stopped writes nothing more, just as one that was
 * killed; the next one has only what was committed and what is on disk.
 */
class TrainingRecoveryTest extends TrainingServiceTest {
    @Autowired
    private JobRepository repository;

    @Autowired
    private Jobs jobs;

    @Autowired
    private WorkspaceSweeper sweeper;

    @AfterEach
    void liveOn() {
        if (!dispatcher.isRunning()) {
            dispatcher.start();
        }
    }

    @Test
    void findsARunningProgramAgain() throws Exception {
        UUID model = train("test/waits:1");
        awaitRunning(model);
        dispatcher.stop();
        assertThat(states(model)).containsExactly("TRAINING");
        assertThat(processesOf(model)).isNotEmpty();
        dispatcher.start();
        go(model);
        awaitState(model, JobState.SUCCEEDED);
        assertThat(starts(model)).hasSize(1);
        assertThat(REGISTRY.result(model)).isPresent();
    }

    @Test
    void registersTheResultOfAProgramThatEndedMeanwhile() throws Exception {
        UUID model = train("test/waits:1");
        awaitRunning(model);
        dispatcher.stop();
        go(model);
        await().until(() -> processesOf(model).isEmpty());
        dispatcher.start();
        awaitState(model, JobState.SUCCEEDED);
        assertThat(starts(model)).hasSize(1);
        assertThat(events(model)).containsExactly("queued", "started", "succeeded");
    }

    @Test
    void registersAResultOnceThoughTheServiceDiesBeforeItLearnsOfIt() throws Exception {
        TrainingRequested order = model("test/trains:1", TestIdentity.ACME);
        UUID model = order.modelId();
        FakeRegistry.Trouble trouble = REGISTRY.loseAnswer("PUT /model/" + model);
        request(order);
        assertThat(trouble.happens()).isTrue();
        dispatcher.stop();
        trouble.end();
        assertThat(states(model)).containsExactly("REGISTERING");
        FakeRegistry.Stored stored = REGISTRY.result(model).orElseThrow();

        dispatcher.start();
        awaitState(model, JobState.SUCCEEDED);
        assertThat(REGISTRY.result(model)).containsSame(stored);
        assertThat(events(model)).containsExactly("queued", "started", "succeeded");
    }

    @Test
    void registersAResultOnceThoughTheRegistrysAnswerIsLost() throws Exception {
        TrainingRequested order = model("test/trains:1", TestIdentity.ACME);
        FakeRegistry.Trouble trouble = REGISTRY.loseAnswer("PUT /model/" + order.modelId());
        trouble.end();
        request(order);
        awaitState(order.modelId(), JobState.SUCCEEDED);
        assertThat(REGISTRY.result(order.modelId())).isPresent();
    }

    @Test
    void failsWhenTheRegistryHoldsAnotherResult() throws Exception {
        UUID model = train("test/waits:1");
        awaitRunning(model);
        // somebody with a credential of this job was faster
        TrainingRequested order = repository.find(jobOf(model)).orElseThrow().order();
        REGISTRY.hold(order.modelId(), "another result");
        go(model);
        awaitState(model, JobState.FAILED);
        assertThat(repository.find(jobOf(model)).orElseThrow().reason()).contains("409");
    }

    @Test
    void tellsTheSameFactsAgainThoughTheServiceDiesBeforeItKnowsThatTheyArrived() throws Exception {
        TrainingRequested order = model("test/trains:1", TestIdentity.ACME);
        UUID model = order.modelId();
        FakeRegistry.Trouble trouble = REGISTRY.loseAnswer("PUT /internal/model/" + model + "/training-record");
        request(order);
        assertThat(trouble.happens()).isTrue();
        dispatcher.stop();
        trouble.end();
        assertThat(states(model)).containsExactly("REGISTERING");

        dispatcher.start();
        awaitState(model, JobState.SUCCEEDED);
        assertThat(REGISTRY.records(model)).hasSize(2);
        assertThat(REGISTRY.records(model).get(1))
                .isEqualTo(REGISTRY.records(model).getFirst());
        assertThat(events(model)).containsExactly("queued", "started", "succeeded");
    }

    @Test
    void runsAProgramThatVanishedOnceMore() throws Exception {
        UUID model = train("test/waits:1");
        awaitRunning(model);
        dispatcher.stop();
        processesOf(model).forEach(ProcessHandle::destroyForcibly);
        await().until(() -> processesOf(model).isEmpty());
        dispatcher.start();
        await().until(() -> starts(model).size() == 2);
        go(model);
        awaitState(model, JobState.SUCCEEDED);
        assertThat(events(model)).containsExactly("queued", "started", "queued", "started", "succeeded");
    }

    @Test
    void doesNotRunAProgramForEverThatKeepsVanishing() throws Exception {
        UUID model = train("test/waits:1");
        for (int run = 1; run <= 5; run++) {
            int runs = run;
            await().until(() -> Files.exists(WORK.resolve("starts-" + jobOf(model)))
                    && starts(model).size() == runs);
            processesOf(model).forEach(ProcessHandle::destroyForcibly);
        }
        awaitState(model, JobState.FAILED);
        assertThat(repository.find(jobOf(model)).orElseThrow().reason())
                .isEqualTo("the program disappeared without an exit code, 5 times");
    }

    @Test
    void cancelsWhatWasCancelledWhileTheServiceWasDown() {
        UUID model = train("test/waits:1");
        awaitRunning(model);
        dispatcher.stop();
        acme().delete().uri("/train/" + model).exchange().expectStatus().isAccepted();
        assertThat(processesOf(model)).isNotEmpty();
        dispatcher.start();
        awaitState(model, JobState.CANCELLED);
        assertThat(processesOf(model)).isEmpty();
    }

    @Test
    void writesNothingInTheNameOfAnEarlierLife() {
        UUID model = train("test/waits:1");
        awaitRunning(model);
        Worker earlier = new Worker("local", UUID.randomUUID());
        Job job = repository.find(jobOf(model)).orElseThrow();
        assertThat(jobs.end(job, earlier, JobState.FAILED, JobRepository.Ending.because("late")))
                .isFalse();
        assertThat(jobs.retry(job, earlier, Duration.ZERO, "late", null)).isFalse();
        assertThat(repository.startRegistering(job.id(), earlier, 0, null, false))
                .isFalse();
        assertThat(states(model)).containsExactly("TRAINING");
    }

    @Test
    void takesEachJobOnceAndInOrder() throws Exception {
        dispatcher.stop();
        List<UUID> models = Stream.generate(() -> model("test/trains:1", TestIdentity.ACME))
                .limit(20)
                .map(order -> jobs.queue(order).orElseThrow().id())
                .toList();
        List<UUID> taken = java.util.Collections.synchronizedList(new java.util.ArrayList<>());
        List<Thread> nodes = Stream.of("a", "b", "c", "d")
                .map(name -> Thread.ofVirtual().start(() -> {
                    Worker worker = new Worker(name, UUID.randomUUID());
                    for (var id = jobs.take(worker, 100); id.isPresent(); id = jobs.take(worker, 100)) {
                        taken.add(id.get());
                    }
                }))
                .toList();
        for (Thread node : nodes) {
            node.join();
        }
        assertThat(taken).containsExactlyInAnyOrderElementsOf(models);
        jdbc.sql("update training_job set state = 'CANCELLED', ended_at = now() where id in (:ids)")
                .param("ids", models)
                .update();
    }

    @Test
    void takesNoMoreThanItsCapacity() {
        dispatcher.stop();
        Worker worker = new Worker("node", UUID.randomUUID());
        List<UUID> queued = Stream.generate(() -> model("test/trains:1", TestIdentity.ACME))
                .limit(3)
                .map(order -> jobs.queue(order).orElseThrow().id())
                .toList();
        assertThat(jobs.take(worker, 2)).hasValue(queued.get(0));
        assertThat(jobs.take(worker, 2)).hasValue(queued.get(1));
        assertThat(jobs.take(worker, 2)).isEmpty();
        jdbc.sql("update training_job set state = 'CANCELLED', ended_at = now() where id in (:ids)")
                .param("ids", queued)
                .update();
    }

    @Test
    void keepsTheLogUntilItsRetentionIsOver() throws Exception {
        UUID model = train("test/trains:1");
        awaitState(model, JobState.SUCCEEDED);
        Path directory = WORK.resolve(jobOf(model).toString());
        sweeper.sweep(Instant.now().plus(Duration.ofDays(13)));
        assertThat(directory.resolve("logs/job.log")).exists();
        sweeper.sweep(Instant.now().plus(Duration.ofDays(15)));
        assertThat(directory).doesNotExist();
        // the last lines are kept for ever
        acme().get()
                .uri("/train/" + model + "/logs")
                .exchange()
                .expectBody(String.class)
                .value(log -> assertThat(log).contains("seed 42"));
    }

    private void awaitRunning(UUID model) {
        awaitState(model, JobState.TRAINING);
        await().until(() -> Files.exists(WORK.resolve("starts-" + jobOf(model))));
    }

    private List<ProcessHandle> processesOf(UUID model) {
        String job = jobOf(model).toString();
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            // the command line of an ended process that nobody waited for is empty
            return all.filter(p -> p.info().commandLine().orElse("").contains(job))
                    .toList();
        }
    }
}
