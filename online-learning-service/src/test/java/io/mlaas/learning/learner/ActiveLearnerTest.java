package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.learning.log.LogEntry;
import io.mlaas.online.Batch;
import io.mlaas.online.BatchRefused;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ActiveLearnerTest {
    private static final int ENTRIES = 60;

    private static LearnerDocument document(String onRegression) {
        return LearnerDocument.parse(
                JsonMapper.shared().readTree("""
                {"name": "a", "algorithm": "linear",
                 "configuration": {"optimizer": {"type": "ftrl"}},
                 "schema": {"inputs": [{"name": "a", "type": "numeric"}, {"name": "b", "type": "numeric"}],
                            "target": {"type": "classification", "classes": ["no", "yes"]}},
                 "update": {"batch_size": 3, "validation_share": 0.25, "validation_window": 12, "compare_every": 2,
                            "min_gain": 0.02, "on_regression": "%s"}}
                """.formatted(onRegression)),
                CompanyAlgorithms.WITHOUT_ARCHIVES,
                BackendChoice.Models.NONE);
    }

    /** A class that depends on the rows; for a while the opposite, but for those that are held back: each fourth. */
    private static Batch entry(int number) {
        SplittableRandom random = new SplittableRandom(number);
        int rows = 4 * (1 + random.nextInt(3));
        double[] inputs = random.doubles(2L * rows, -1, 1).toArray();
        double[] targets = new double[rows];
        for (int row = 0; row < rows; row++) {
            boolean yes = inputs[2 * row] > inputs[2 * row + 1];
            targets[row] = yes == (number < 30 || number > 40 || row % 4 == 3) ? 1 : 0;
        }
        return new Batch(rows, inputs, targets);
    }

    @ParameterizedTest
    @ValueSource(strings = {"keep", "rollback"})
    void goesOnAfterACrashAsIfThereHadBeenNone(String onRegression) throws IOException {
        ActiveLearner undisturbed = new ActiveLearner(document(onRegression), CompanyAlgorithms.WITHOUT_ARCHIVES);
        for (int i = 0; i < ENTRIES; i++) {
            undisturbed.learn(i, entry(i));
        }
        assertThat(undisturbed.decided())
                .extracting(Comparison::outcome)
                .contains(
                        Comparison.Outcome.TAKEN,
                        onRegression.equals("keep") ? Comparison.Outcome.KEPT : Comparison.Outcome.ROLLED_BACK);

        for (int crash = 0; crash < ENTRIES; crash++) {
            ActiveLearner before = new ActiveLearner(document(onRegression), CompanyAlgorithms.WITHOUT_ARCHIVES);
            for (int i = 0; i < crash; i++) {
                before.learn(i, entry(i));
            }
            ActiveLearner after = ActiveLearner.resume(before.state(), CompanyAlgorithms.WITHOUT_ARCHIVES);
            for (int i = crash; i < ENTRIES; i++) {
                after.learn(i, entry(i));
            }
            assertThat(after.state()).as("crash after %s", crash).isEqualTo(undisturbed.state());
        }
    }

    @Test
    void knowsItsIntervalsAfterACrash() throws IOException {
        LearnerDocument document = LearnerDocument.parse(
                JsonMapper.shared().readTree("""
                {"name": "a", "algorithm": "linear", "intervals": {"level": 0.8},
                 "schema": {"inputs": [{"name": "a", "type": "numeric"}, {"name": "b", "type": "numeric"}],
                            "target": {"type": "regression", "outputs": ["y"]}},
                 "update": {"batch_size": 3, "validation_share": 0.25, "compare_every": 5}}
                """), CompanyAlgorithms.WITHOUT_ARCHIVES, BackendChoice.Models.NONE);
        ActiveLearner undisturbed = new ActiveLearner(document, CompanyAlgorithms.WITHOUT_ARCHIVES);
        ActiveLearner crashing = new ActiveLearner(document, CompanyAlgorithms.WITHOUT_ARCHIVES);
        for (int i = 0; i < ENTRIES; i++) {
            undisturbed.learn(i, entry(i));
            crashing.learn(i, entry(i));
            crashing = ActiveLearner.resume(crashing.state(), CompanyAlgorithms.WITHOUT_ARCHIVES);
        }

        assertThat(crashing.state()).isEqualTo(undisturbed.state());
        assertThat(crashing.serving().orElseThrow().intervals())
                .isEqualTo(undisturbed.serving().orElseThrow().intervals());
        assertThat(Objects.requireNonNull(crashing.serving().orElseThrow().intervals())
                        .isKnown())
                .isTrue();
    }

    @Test
    void aNetworkGoesOnAfterACrashToTheSameBytes() throws IOException {
        LearnerDocument document = LearnerDocument.parse(
                JsonMapper.shared().readTree("""
                {"name": "a", "network": {"layers": [{"type": "dense", "units": 4}, {"type": "dropout"}, {"type": "dense", "units": 2}]},
                 "schema": {"inputs": [{"name": "a", "type": "numeric"}, {"name": "b", "type": "numeric"}],
                            "target": {"type": "classification", "classes": ["no", "yes"]}},
                 "update": {"batch_size": 8, "validation_share": 0.25, "validation_window": 8, "compare_every": 2, "epochs": 2}}
                """), CompanyAlgorithms.WITHOUT_ARCHIVES, BackendChoice.Models.NONE);
        try (ActiveLearner undisturbed = new ActiveLearner(document, CompanyAlgorithms.WITHOUT_ARCHIVES);
                ActiveLearner before = new ActiveLearner(document, CompanyAlgorithms.WITHOUT_ARCHIVES)) {
            for (int i = 0; i < 8; i++) {
                before.learn(i, entry(i));
            }
            try (ActiveLearner after = ActiveLearner.resume(before.state(), CompanyAlgorithms.WITHOUT_ARCHIVES)) {
                for (int i = 0; i < 20; i++) {
                    undisturbed.learn(i, entry(i));
                    if (i >= 8) {
                        after.learn(i, entry(i));
                    }
                }
                assertThat(after.state()).isEqualTo(undisturbed.state());
                assertThat(undisturbed.decided()).first().matches(Comparison::isArchive, "is a TorchScript archive");
            }
        }
    }

    @Test
    void learnsNeitherWhatItHoldsBackNorHalfOfABatch() {
        ActiveLearner learner = new ActiveLearner(document("keep"), CompanyAlgorithms.WITHOUT_ARCHIVES);
        learner.learn(0, new Batch(8, new double[16], new double[8]));
        byte[] state = learner.state();

        assertThat(learner.progress().learned()).isEqualTo(6);
        assertThatExceptionOfType(BatchRefused.class)
                .isThrownBy(() -> learner.learn(1, new Batch(2, new double[4], new double[] {1, 7})))
                .withMessageContaining("row 1: target: 7.0");
        assertThat(learner.state()).isEqualTo(state);
    }

    @Test
    void learnsOnceWhatIsToBeLearnedOnceAlsoAfterACrashAndOtherRules() throws IOException {
        Batch rows = new Batch(8, new double[16], new double[8]);
        LogEntry.Rows asked = new LogEntry.Rows(new UUID(0, 1), new UUID(0, 2), rows, true);
        ActiveLearner learner = new ActiveLearner(document("keep"), CompanyAlgorithms.WITHOUT_ARCHIVES);
        learner.learn(0, asked);
        learner.follow(document("rollback"));

        ActiveLearner after = ActiveLearner.resume(learner.state(), CompanyAlgorithms.WITHOUT_ARCHIVES);
        after.learn(1, (LogEntry.Rows) LogEntry.parse(new UUID(0, 1).toString(), asked.bytes()));
        assertThat(after.progress().learned()).isEqualTo(6);
        assertThat(after.progress().duplicates()).isEqualTo(1);
        after.learn(2, new LogEntry.Rows(new UUID(0, 1), new UUID(0, 2), rows));
        assertThat(after.progress().learned()).isEqualTo(12);
    }

    @Test
    void followsOtherRulesFromAnEntryOn() {
        ActiveLearner learner = new ActiveLearner(document("keep"), CompanyAlgorithms.WITHOUT_ARCHIVES);
        learner.learn(0, new Batch(8, new double[16], new double[8]));
        LearnerDocument other = document("keep");
        learner.follow(
                other.with(new UpdatePolicy(100, java.time.Duration.ZERO, 0, 1, 1, 0, UpdatePolicy.OnRegression.KEEP)));
        learner.learn(1, new Batch(8, new double[16], new double[8]));

        assertThat(learner.progress().learned()).isEqualTo(14);
        assertThat(learner.progress().updates()).isEqualTo(3);
    }

    @Test
    void refusesAStateThatIsDamaged() {
        byte[] state = new ActiveLearner(document("keep"), CompanyAlgorithms.WITHOUT_ARCHIVES).state();
        byte[] other = state.clone();
        other[3]++;

        assertThatThrownBy(() -> ActiveLearner.resume(other, CompanyAlgorithms.WITHOUT_ARCHIVES))
                .hasMessageContaining("version");
        assertThatThrownBy(() -> ActiveLearner.resume(
                        Arrays.copyOf(state, state.length / 2), CompanyAlgorithms.WITHOUT_ARCHIVES))
                .isInstanceOf(Exception.class);
    }
}
