package io.mlaas.online.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.online.Batch;
import io.mlaas.online.BatchRefused;
import io.mlaas.online.Learner;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TensorFlowTrainingTest {
    private static final String IS_THERE = "io.mlaas.online.tensorflow.Fixtures#isThere";
    private static final JsonMapper JSON = JsonMapper.shared();

    private static Learner create(String fixture, Schema schema, String more) {
        byte[] archive = Fixtures.bytes(fixture);
        return create(archive, schema, more);
    }

    private static Learner create(byte[] archive, Schema schema, String more) {
        String configuration = "{\"archive\": \"%s\"%s}".formatted(Fixtures.sha256(archive), more);
        return Fixtures.training(archive).create(schema, JSON.readTree(configuration), "$.configuration");
    }

    private static double[] numbers(JsonNode list) {
        return list.valueStream().mapToDouble(JsonNode::asDouble).toArray();
    }

    @EnabledIf(IS_THERE)
    @Test
    void makesTheStepsThatTensorFlowMakes() {
        JsonNode recorded = JSON.readTree(Fixtures.bytes("forecaster.json"));
        try (Learner learner = create("forecaster.zip", Fixtures.SERIES, ", \"batch_size\": 16")) {
            for (int i = 0; i < 10; i++) {
                double[] x = numbers(recorded.path("x").get(i));
                double[] y = numbers(recorded.path("y").get(i));
                // TensorFlow's loss is the mean over the outputs, a learner's the sum.
                assertThat(learner.loss(new Batch(16, x, y)) / 2)
                        .isCloseTo(recorded.path("losses").get(i).asDouble(), within(1e-5));
                learner.learn(new Batch(16, x, y));
            }
            double[] answer = learner.predict(16, numbers(recorded.path("x").get(0)));
            double[] expected = numbers(recorded.path("predictions"));
            for (int i = 0; i < expected.length; i++) {
                assertThat(answer[i]).isCloseTo(expected[i], within(1e-5));
            }
        }
    }

    @EnabledIf(IS_THERE)
    @Test
    void aSnapshotAnswersAfterItsLearnerIsClosed() {
        double[] row = {0.1, -0.2, 0.3};
        Predictor first;
        Predictor second;
        double[] answered;
        try (Learner learner = create("classifier.zip", Fixtures.CLASSES, "")) {
            first = learner.snapshot();
            answered = first.predict(1, row);
            learner.learn(new Batch(1, row, new double[] {2}));
            second = learner.snapshot();
        }
        assertThat(second.predict(1, row)[2]).isGreaterThan(answered[2]);
        assertThat(first.predict(1, row)).containsExactly(answered);
        first.close();
        second.close();
        assertThatThrownBy(() -> second.predict(1, row)).isInstanceOf(IllegalStateException.class);
    }

    @EnabledIf(IS_THERE)
    @Test
    void leavesOutRowsWithoutWeightAndRefusesOtherWeights() {
        double[] rows = {0.1, -0.2, 0.3, 0.5, 0.5, 0.5};
        try (Learner one = create("classifier.zip", Fixtures.CLASSES, "");
                Learner both = create("classifier.zip", Fixtures.CLASSES, "")) {
            one.learn(new Batch(1, new double[] {0.1, -0.2, 0.3}, new double[] {2}));
            both.learn(new Batch(2, rows, new double[] {2, 0}, new double[] {1, 0}));
            assertThat(both.predict(2, rows)).containsExactly(one.predict(2, rows));
            Batch half = new Batch(2, rows, new double[] {2, 0}, new double[] {1, 0.5});
            assertThatThrownBy(() -> both.learn(half))
                    .isInstanceOf(BatchRefused.class)
                    .hasMessageStartingWith("row 1: weight: 0.5");
        }
    }

    @Test
    void neverRunsAGraphThatWritesFiles() {
        assertThatThrownBy(() -> create("writes-file.zip", Fixtures.CLASSES, ""))
                .hasMessageStartingWith(
                        "$.configuration.archive: operators [WriteFile] (expected: only such that calculate");
    }

    @Test
    void namesWhatDoesNotFit() throws IOException {
        assertThatThrownBy(() -> create("classifier.zip", Fixtures.SERIES, ""))
                .hasMessageStartingWith(
                        "$.configuration.archive: rows of [3] numbers in train and [3] in infer (expected: 6");
        assertThatThrownBy(() -> create("classifier.zip", Fixtures.CLASSES, ", \"train_signature\": \"learn\""))
                .hasMessage("$.configuration.archive: no signature learn (it has [infer, train])");
        assertThatThrownBy(() -> create("classifier.zip", Fixtures.CLASSES, ", \"output\": \"values\""))
                .hasMessage("$.configuration.output: values (expected: logits or probabilities of the classes)");
        byte[] escaping = Fixtures.zip(Map.of("../saved_model.pb", new byte[] {1}, "x/../../etc/y", new byte[] {1}));
        assertThatThrownBy(() -> create(escaping, Fixtures.CLASSES, ""))
                .hasMessageStartingWith("$.configuration.archive: ");
        assertThatThrownBy(() -> create(new byte[] {1, 2}, Fixtures.CLASSES, ""))
                .hasMessage("$.configuration.archive: no saved_model.pb in it (expected: a zipped SavedModel)");
        assertThatThrownBy(() -> Fixtures.training()
                        .create(Fixtures.CLASSES, JSON.readTree("{\"archive\": \"abc\"}"), "$.configuration"))
                .hasMessage("$.configuration.archive: abc (expected: the SHA-256 of a SavedModel that is there)");
    }

    @DisabledIf(IS_THERE)
    @Test
    void saysThatTheLibraryIsMissing() {
        assertThatThrownBy(() -> create("classifier.zip", Fixtures.CLASSES, ""))
                .hasMessageStartingWith("$.configuration.archive: TensorFlow's library is not installed here");
    }
}
