package io.mlaas.training.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.api.sharing.ReproductionVerdict.Cause;
import io.mlaas.api.sharing.ReproductionVerdict.CauseKind;
import io.mlaas.api.sharing.ReproductionVerdict.Outcome;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.training.runner.DirectoryRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

/** Models that are trained again: what comes of honest programs, and of guilty ones. */
class ReproductionApiTest extends TrainingServiceTest {

    @Test
    void trainsAgainAndPublishesTheVerdict() {
        UUID model = trained("guilty/honest:1");
        REGISTRY.refuse("PUT /internal/model/" + model + "/reproductions", 503);
        String id = reproduce(model, "{\"runs\":2}");
        ReproductionVerdict verdict = verdict(model);

        assertThat(verdict.reproductionId()).hasToString(id);
        assertThat(verdict.outcome()).isEqualTo(Outcome.REPRODUCED);
        assertThat(verdict.summary()).isEqualTo("2 of 2 runs made the registered bytes");
        assertThat(verdict.expected())
                .isEqualTo(REGISTRY.result(model).orElseThrow().sha256());
        assertThat(verdict.runs()).hasSize(2).allSatisfy(run -> {
            assertThat(run.equal()).isTrue();
            assertThat(run.sha256()).isEqualTo(verdict.expected());
        });
        assertThat(verdict.difference()).isNull();
        assertThat(verdict.causes()).isEmpty();
        assertThat(verdict.requestedBy()).isEqualTo(TestIdentity.ACME_SCIENTIST.toString());
        awaitEnd(model, "DONE");
        acme().get()
                .uri("/model/" + model + "/reproduce/" + id)
                .exchange()
                .expectBody()
                .jsonPath("$.verdict.outcome")
                .isEqualTo("REPRODUCED")
                .jsonPath("$.runs[1].equal")
                .isEqualTo(true);
        // the training itself is as it was: one job, one result, its events
        assertThat(events(model)).containsExactly("queued", "started", "succeeded");
        acme().get()
                .uri("/train/" + model)
                .exchange()
                .expectBody()
                .jsonPath("$.state")
                .isEqualTo("SUCCEEDED")
                .jsonPath("$.attempts")
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"clock, CLOCK", "entropy, ENTROPY", "hash, HASH_ORDER"})
    void namesWhyAModelIsNotReproducible(String guilt, CauseKind cause) throws IOException {
        assumeObserver();
        UUID model = trained("guilty/" + guilt + ":1");
        reproduce(model, "{}");
        ReproductionVerdict verdict = verdict(model);

        assertThat(verdict.outcome()).isEqualTo(Outcome.NOT_REPRODUCED);
        assertThat(verdict.causes()).extracting(Cause::kind).containsExactly(cause);
        assertThat(verdict.difference()).isNotNull().satisfies(difference -> {
            assertThat(difference.format()).isEqualTo("safetensors");
            assertThat(difference.tensor()).isEqualTo("dense.weight");
            assertThat(difference.shape()).containsExactly(2L, 2L);
            assertThat(difference.index()).startsWith(1L);
            assertThat(difference.expected()).isNotEqualTo(difference.found());
            assertThat(difference.largestAbsolute()).isPositive();
            assertThat(difference.elements()).isEqualTo(5);
        });
    }

    @ParameterizedTest
    @CsvSource({"file, FILE, undeclared.txt", "network, NETWORK, 127.0.0.1:9"})
    void namesWhatWasNotDeclaredThoughTheBytesAreEqual(String guilt, CauseKind cause, String what) throws IOException {
        assumeObserver();
        Files.writeString(WORK.resolve("undeclared.txt"), "secret");
        UUID model = trained("guilty/" + guilt + ":1");
        reproduce(model, "{}");
        ReproductionVerdict verdict = verdict(model);

        assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECLARED_INPUT);
        assertThat(verdict.runs().getFirst().equal()).isTrue();
        assertThat(verdict.causes()).singleElement().satisfies(found -> {
            assertThat(found.kind()).isEqualTo(cause);
            assertThat(found.detail()).contains(what);
        });
    }

    @Test
    void takesWhatIsWithinTheDeclaredTolerance() {
        UUID model = trained("guilty/entropy:1");
        reproduce(model, "{\"runs\":2,\"tolerance\":{\"metrics\":{\"accuracy\":0.01},\"tensors\":65536}}");
        ReproductionVerdict verdict = verdict(model);

        assertThat(verdict.outcome()).isEqualTo(Outcome.REPRODUCED_WITHIN_TOLERANCE);
        assertThat(verdict.metrics()).singleElement().satisfies(metric -> {
            assertThat(metric.name()).isEqualTo("accuracy");
            assertThat(metric.registered()).isBetween(0.9, 0.91);
            assertThat(metric.tolerance()).isEqualTo(0.01);
            assertThat(metric.within()).isTrue();
        });
        assertThat(verdict.causes()).isEmpty();
        awaitEnd(model, "DONE");

        reproduce(model, "{\"tolerance\":{\"tensors\":0},\"diagnose\":false}");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> REGISTRY.verdicts(model).size() == 2);
        ReproductionVerdict strict = REGISTRY.verdicts(model).get(1);
        assertThat(strict.outcome()).isEqualTo(Outcome.NOT_REPRODUCED);
        assertThat(strict.limits()).contains("causes were not looked for: nobody asked for it (diagnose)");
    }

    @Test
    void goesOnWhereTheServiceWasWhenItDied() {
        UUID model = trained("guilty/honest:1");
        dispatcher.stop();
        reproduce(model, "{\"runs\":3}");
        await().until(() -> states(model).equals(List.of("SUCCEEDED", "QUEUED")));
        dispatcher.start();
        assertThat(verdict(model).runs()).hasSize(3);
    }

    @Test
    void cancelsWhatRuns() throws IOException {
        UUID model = train("test/waits:1");
        go(model);
        awaitState(model, JobState.SUCCEEDED);
        REGISTRY.status(model, "TRAINED");
        Files.delete(WORK.resolve("go-" + model));
        String id = reproduce(model, "{}");
        await().atMost(Duration.ofSeconds(30)).until(() -> states(model).equals(List.of("SUCCEEDED", "TRAINING")));
        expect(
                acme().post()
                        .uri("/model/" + model + "/reproduce")
                        .contentType(MediaType.APPLICATION_JSON)
                        .body("{}")
                        .exchange(),
                HttpStatus.CONFLICT,
                "REPRODUCTION_UNDER_WAY");
        acme().delete()
                .uri("/model/" + model + "/reproduce/" + id)
                .exchange()
                .expectStatus()
                .isAccepted();
        awaitEnd(model, "CANCELLED");
        assertThat(states(model)).containsExactly("SUCCEEDED", "CANCELLED");
        assertThat(REGISTRY.verdicts(model)).isEmpty();
        expect(
                acme().delete().uri("/model/" + model + "/reproduce/" + id).exchange(),
                HttpStatus.CONFLICT,
                "REPRODUCTION_OVER");
    }

    @Test
    void letsThoseReproduceWhoMayUseTheModel() {
        UUID model = trained("guilty/honest:1");
        RestTestClient stranger = as(TestIdentity.globexScientist());
        expect(post(stranger, model, "{}"), HttpStatus.NOT_FOUND, "REPRODUCTION_MODEL_UNKNOWN");
        REGISTRY.grant(model, TestIdentity.GLOBEX, false);
        expect(post(stranger, model, "{}"), HttpStatus.FORBIDDEN, "REPRODUCTION_NOT_GRANTED");
        REGISTRY.grant(model, TestIdentity.GLOBEX, true);
        post(stranger, model, "{}").expectStatus().isAccepted();
        assertThat(verdict(model)).satisfies(verdict -> {
            assertThat(verdict.outcome()).isEqualTo(Outcome.REPRODUCED);
            assertThat(verdict.organizationId()).isEqualTo(TestIdentity.GLOBEX);
            assertThat(verdict.ownerId()).isEqualTo(TestIdentity.ACME);
        });
    }

    @Test
    void refusesWhatCannotBeTrainedAgain() throws IOException {
        UUID imported = trained("guilty/honest:1");
        REGISTRY.origin(imported, "imported");
        expect(post(acme(), imported, "{}"), HttpStatus.CONFLICT, "REPRODUCTION_IMPOSSIBLE");
        UUID quarantined = trained("guilty/honest:1");
        REGISTRY.status(quarantined, "QUARANTINED");
        expect(post(acme(), quarantined, "{}"), HttpStatus.CONFLICT, "REPRODUCTION_IMPOSSIBLE");
        expect(post(acme(), UUID.randomUUID(), "{}"), HttpStatus.NOT_FOUND, "REPRODUCTION_MODEL_UNKNOWN");
        expect(post(acme(), quarantined, "{\"runs\":21}"), HttpStatus.UNPROCESSABLE_CONTENT, "INVALID_REQUEST");

        UUID model = trained("test/trains:1");
        Path image = IMAGES.resolve("0.sh");
        String program = Files.readString(image);
        Files.writeString(image, program + "# another one\n");
        try {
            expect(post(acme(), model, "{}"), HttpStatus.CONFLICT, "REPRODUCTION_IMAGE_CHANGED");
        } finally {
            Files.writeString(image, program);
        }
    }

    private void assumeObserver() throws IOException {
        DirectoryRunner processes = (DirectoryRunner) runners.named("process").orElseThrow();
        assumeTrue(processes.unobservant().isEmpty(), () -> "the observer is not there");
    }

    private UUID trained(String image) {
        TrainingRequested order = model(image, TestIdentity.ACME);
        request(order);
        awaitState(order.modelId(), JobState.SUCCEEDED);
        REGISTRY.status(order.modelId(), "TRAINED");
        return order.modelId();
    }

    private static RestTestClient.ResponseSpec post(RestTestClient who, UUID model, String body) {
        return who.post()
                .uri("/model/" + model + "/reproduce")
                .contentType(MediaType.APPLICATION_JSON)
                .body(body)
                .exchange();
    }

    private String reproduce(UUID model, String body) {
        List<String> location = post(acme(), model, body)
                .expectStatus()
                .isAccepted()
                .expectHeader()
                .exists("Location")
                .returnResult(Void.class)
                .getResponseHeaders()
                .get("Location");
        return location.getFirst().substring(location.getFirst().lastIndexOf('/') + 1);
    }

    private static void expect(RestTestClient.ResponseSpec answer, HttpStatus status, String code) {
        answer.expectStatus().isEqualTo(status).expectBody().jsonPath("$.code").isEqualTo(code);
    }

    private static ReproductionVerdict verdict(UUID model) {
        await().atMost(Duration.ofSeconds(90))
                .until(() -> !REGISTRY.verdicts(model).isEmpty());
        return REGISTRY.verdicts(model).getFirst();
    }

    private void awaitEnd(UUID model, String state) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> acme().get()
                .uri("/model/" + model + "/reproduce")
                .exchange()
                .expectBody()
                .jsonPath("$.latest.state")
                .isEqualTo(state));
    }
}
